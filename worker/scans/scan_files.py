"""The file of a scan on this machine, wherever the storage keeps it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from annotations.pictures.large_files import local_file
from annotations.scans.models import Scan
from classifier.contract.errors import ClassifierError


@contextmanager
def scan_file(scan: Scan) -> Iterator[str]:
    """The path of its 8-bit rendering, upright; never in memory as a whole. Raises ClassifierError where it is gone."""
    with ExitStack() as stack:
        try:
            path = stack.enter_context(local_file(scan.parent.key))
        except FileNotFoundError as error:
            raise ClassifierError(
                f"{scan.parent.file_name} is not in the storage any more: import it again."
            ) from error
        yield str(path)
