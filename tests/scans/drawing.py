"""Scans that the tests draw: a pale ground with dark organisms, in any format."""

import io
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.scans.actions import start_scan_import
from annotations.scans.models import Scan
from tests.run_jobs import work

WIDTH, HEIGHT = 1300, 700  # three tiles by two


def ground(width: int = WIDTH, height: int = HEIGHT, seed: int = 1) -> np.ndarray:
    """(height, width) of 8 bits, with organisms 20 to 60 pixels wide."""
    draws = np.random.default_rng(seed)
    pixels = draws.integers(225, 235, (height, width), dtype=np.uint8)
    for _ in range(12):
        x, y, size = draws.integers(0, width - 60), draws.integers(0, height - 60), draws.integers(20, 60)
        pixels[y : y + size, x : x + size] = draws.integers(60, 120)
    return pixels


def png(pixels: np.ndarray, **notes: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", **notes)
    return out.getvalue()


def tiff(*pages: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    with tifffile.TiffWriter(out, bigtiff=bool(options.pop("bigtiff", False))) as writer:
        for page in pages:
            writer.write(page, **options)
    return out.getvalue()


def bring(project: Project, user: User, path: Path, content: bytes | None = None, **metadata: str) -> Job:
    """The import of a file, done."""
    if content is not None:
        path.write_bytes(content)
    return work(start_scan_import(project=project, user=user, path=path, name=path.name, metadata=metadata))


def the_scan(project: Project) -> Scan:
    return Scan.objects.select_related("parent__acquisition__sample").get(
        parent__acquisition__sample__project=project
    )
