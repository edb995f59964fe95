"""Secrets that the site makes for itself and keeps beside its data."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, length: int = 48) -> str:
    """The secret kept in `path`; made on first use, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    value = secrets.token_urlsafe(length)
    with os.fdopen(handle, "w") as file:
        file.write(value)
    return value
