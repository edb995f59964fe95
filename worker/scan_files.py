"""The file of a scan on this machine, wherever the storage keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from annotations.pictures.local_copies import local_paths
from annotations.scans.models import Scan


@contextmanager
def scan_file(scan: Scan) -> Iterator[str]:
    """The path of its 8-bit rendering, upright."""
    with TemporaryDirectory(prefix="seston-scan-") as scratch:
        yield local_paths([scan.parent.key], Path(scratch))[0]
