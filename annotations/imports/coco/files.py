"""Which files of a package are COCO's, by how they begin."""

import re

from annotations.imports.archive import Package
from annotations.imports.entries import ending_of

HEAD = 2**20  # bytes in which one of its lists begins
LISTS = re.compile(rb'"(?:images|annotations|categories)"\s*:\s*\[')


def coco_files(package: Package) -> list[str]:
    """Their paths, sorted."""
    return sorted(
        path for path in package.paths() if ending_of(path) == ".json" and _begins_as_coco(package, path)
    )


def _begins_as_coco(package: Package, path: str) -> bool:
    with package.stream(path) as file:
        head = file.read(HEAD)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and LISTS.search(head) is not None
