"""Which picture a file of outlines or masks belongs to, by their names."""

import re
from collections import defaultdict
from posixpath import basename, dirname, splitext

from annotations.imports.archive import Package
from annotations.imports.entries import PICTURES, ending_of

# what programs put behind a picture's name: napari, Cellpose, ImageJ, QuPath
SUFFIX = re.compile(
    r"[-_. ](?:cp_masks?|labels?|masks?|seg(?:mentation)?|shapes|annotations?|outlines?)$", re.IGNORECASE
)
MASK_FOLDERS = {"labels", "masks", "label", "mask", "annotations"}
PICTURE_FOLDERS = ("images", "image", "pictures", "img")


class PicturePairs:
    """Of a package: `of` finds the picture, `is_mask` says whether a picture is the mask of another one."""

    def __init__(self, package: Package):
        self.by_stem: dict[str, list[str]] = defaultdict(list)
        for path in sorted(package.paths()):
            if ending_of(path) in PICTURES and not _is_mask(path):
                self.by_stem[splitext(basename(path))[0].lower()].append(path)

    def of(self, path: str) -> str | None:
        """Of the same name, with or without its ending; of several the nearest. None where there is none."""
        stem = splitext(basename(path))[0]
        names = (stem, splitext(stem)[0] if ending_of(stem) in PICTURES else stem, SUFFIX.sub("", stem))
        for name in names:
            if pictures := self.by_stem.get(name.lower()):
                return min(pictures, key=lambda picture: (_distance(path, picture), picture))
        return None


def masks_of(package: Package) -> dict[str, str]:
    """The pictures of a package that are masks of others, by the path of the mask, sorted."""
    pairs = PicturePairs(package)
    masks = filter(_is_mask, sorted(p for p in package.paths() if ending_of(p) in PICTURES))
    return {mask: picture for mask in masks if (picture := pairs.of(mask)) is not None}


def class_folder(mask: str) -> str:
    """`Copepoda` of `masks/Copepoda/scan.png`; empty where masks lie in no folders of classes."""
    folders = dirname(mask).split("/")
    place = _mask_folder(folders)
    return folders[place + 1] if place is not None and place + 1 < len(folders) else ""


def _is_mask(path: str) -> bool:
    is_named = SUFFIX.search(splitext(basename(path))[0]) is not None
    return is_named or _mask_folder(dirname(path).split("/")) is not None


def _mask_folder(folders: list[str]) -> int | None:
    return next((place for place, name in enumerate(folders) if name.lower() in MASK_FOLDERS), None)


def _distance(path: str, picture: str) -> int:
    """Folders that are not in common; those that are called as pictures' are next to those of masks."""
    one, other = dirname(path).split("/"), dirname(picture).split("/")
    common = sum(a == b for a, b in zip(one, other, strict=False))
    return len(one) + len(other) - 2 * common - (other[-1].lower() in PICTURE_FOLDERS)
