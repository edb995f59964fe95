"""Which picture the labels of a file belong to: `labels/train/a.txt` to `images/train/a.png`, or to one beside it."""

from collections.abc import Iterator
from posixpath import basename, dirname, join, splitext

from annotations.imports.archive import Package
from annotations.imports.entries import PICTURES, ending_of
from annotations.imports.yolo.classes import PLAIN

LABELS, IMAGES = "labels", "images"


def labelled_pictures(package: Package) -> Iterator[tuple[str, str | None]]:
    """Each file of labels with its picture, sorted; None where it lies among labels and there is none."""
    pictures = {
        splitext(path)[0].lower(): path
        for path in sorted(package.paths(), reverse=True)
        if ending_of(path) in PICTURES
    }
    for path in sorted(package.paths()):
        if ending_of(path) == ".txt" and basename(path).lower() not in PLAIN:
            folders = dirname(path).lower().split("/")
            picture = pictures.get(_stem_of_picture(path)) or pictures.get(splitext(path)[0].lower())
            if picture is not None or LABELS in folders:
                yield path, picture


def _stem_of_picture(path: str) -> str:
    """The innermost folder called `labels` becomes `images`, as YOLO itself has it."""
    folders = dirname(path).lower().split("/")
    if LABELS in folders:
        place = len(folders) - 1 - folders[::-1].index(LABELS)
        folders[place] = IMAGES
    return join(*folders, splitext(basename(path))[0].lower())
