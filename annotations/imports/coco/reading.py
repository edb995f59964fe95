"""A COCO file as images with what is drawn on each; all that is wrong with it is said with the annotation's id."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname
from typing import Any

import orjson
from django.core.exceptions import ValidationError

from annotations.common.numbers import is_number, is_whole
from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.coco.entries import Category, CocoImage, annotation_of, category_of
from annotations.marks.coco import size_of
from annotations.taxonomy.names import clean_name

MOST_BYTES = 2**28  # a file is read whole, which takes some ten times its size in memory
LISTS = ("images", "categories", "annotations")


@dataclass
class CocoFile:
    """Reads the file at `path`; `problems` has all that is wrong with it."""

    package: Package
    path: str
    problems: Problems
    images: dict[str, CocoImage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lists = self._lists()
        if lists is None:
            return
        categories = {
            key: category_of(entry) for key, entry in self._by_id("categories", lists["categories"]).items()
        }
        for key, entry in self._by_id("images", lists["images"]).items():
            self._add_image(key, entry)
        places: dict[str, int] = {}
        drawn = deque(lists.pop("annotations"))
        for place in range(len(drawn)):  # what is read goes: it takes ten times the room of the file
            self._add_annotation(place, drawn.popleft(), categories, places)

    def report(self, message: str, column: str, cell: object = "") -> None:
        self.problems.add(message, self.path, None, column, fault=column.partition("[")[0], cell=str(cell))

    # --- Its lists ------------------------------------------------------------------------------------------

    def _lists(self) -> dict[str, list[dict]] | None:
        content = self._parsed()
        lists = {}
        for name in LISTS if content is not None else ():
            entries = content.get(name) if isinstance(content, dict) else None
            if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
                lists[name] = entries
            else:
                self.report(f"COCO has a list of objects {name!r}: this file has none. Add it.", name)
        return lists if len(lists) == len(LISTS) else None

    def _parsed(self) -> Any:
        with self.package.stream(self.path) as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            self.report(
                f"This file has more than {MOST_BYTES // 2**20} MiB. Split it, a file for some of the pictures each.",
                "",
            )
            return None
        try:
            return orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            self.problems.add(f"This is no JSON: {error.msg}. Write it anew.", self.path, error.lineno)
            return None

    def _by_id(self, name: str, entries: list[dict]) -> dict[str, dict]:
        by_id: dict[str, dict] = {}
        for place, entry in enumerate(entries):
            if by_id.setdefault(repr(entry.get("id")), entry) is not entry:
                message = f"Two of `{name}` have the id {entry.get('id')!r}. Give each an id of its own."
                self.report(message, f"{name}[{place}].id", entry.get("id"))
        return by_id

    # --- Images ---------------------------------------------------------------------------------------------

    def _add_image(self, key: str, entry: dict) -> None:
        name, where = str(entry.get("file_name") or ""), f"images (id {entry.get('id')!r})"
        try:
            size = size_of(entry)
        except ValidationError as error:
            self.report(error.messages[0], where, name)
            size = None
        rank, pixel_um = entry.get("rank"), entry.get("pixel_um")
        path = self._path(name)
        if path is None:
            whose = f"The picture {name!r} of image {entry.get('id')!r}"
            self.report(f"{whose} is not in the package. Add it, or correct its name.", where, name)
        self.images[key] = CocoImage(
            entry.get("id"),
            name,
            path or "",
            size,
            clean_name(str(entry.get("object") or "")),
            clean_name(str(entry.get("sample") or "")),
            int(rank) if is_whole(rank) else None,
            float(pixel_um) if is_number(pixel_um) and pixel_um > 0 else None,
        )

    def _path(self, name: str) -> str | None:
        """Beside the file, or as its folders are usually laid: `images/…` beside `annotations/…`."""
        folder = dirname(self.path)
        for start in (folder, f"{folder}/images", dirname(folder), f"{dirname(folder)}/images".lstrip("/")):
            match = self.package.names.find(start, name) if name else None
            if match is not None and match.path:
                return match.path
        return None

    # --- Annotations ----------------------------------------------------------------------------------------

    def _add_annotation(
        self, place: int, entry: dict, categories: Mapping[str, Category], places: dict[str, int]
    ) -> None:
        number, where = entry.get("id", place + 1), f"annotations[{place}]"
        if "id" in entry and places.setdefault(repr(number), place) != place:
            first = f"annotations[{places[repr(number)]}]"
            self._wrong(number, where, f"{first} has the same id. Give each an id of its own.")
        image = self.images.get(repr(entry.get("image_id")))
        category = categories.get(repr(entry.get("category_id")))
        if image is None:
            self._wrong(number, where, f"there is no image {entry.get('image_id')!r} among `images`. Add it.")
        if category is None:
            words = f"there is no category {entry.get('category_id')!r} among `categories`. Add it."
            self._wrong(number, where, words)
        if image is not None and category is not None:
            try:
                image.annotations.append(annotation_of(number, where, entry, category))
            except ValidationError as error:
                self._wrong(number, where, error.messages[0])

    def _wrong(self, number: object, where: str, words: str) -> None:
        self.problems.add(
            f"Annotation {number!r}: {words}", self.path, None, where, fault=words[:24], cell=str(number)
        )


def read_files(package: Package, paths: list[str], problems: Problems) -> Iterator[CocoFile]:
    """One after the other: asking for the next empties the last, so that only one is in memory."""
    for path in paths:
        file = CocoFile(package, path, problems)
        yield file
        file.images.clear()
