"""Finds the image of a figure: by its object and rank, else by the name of its file, however other tools write it."""

import unicodedata
from collections.abc import Iterable, Iterator

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower

from annotations.marks.actions import CHUNK
from annotations.marks.figures import ParsedFigure, ParsedMarks
from annotations.projects.models import Project
from annotations.samples.models import Image

NAMED = 5  # candidates that a message names


class ImageLookup:
    """Asks once for all figures. `of(reading, figure)` is the image, or None after saying what is wrong."""

    def __init__(self, project: Project, figures: list[ParsedFigure]):
        self.images = Image.objects.filter(object__project=project).select_related("object__wide")
        self.by_object = {
            (image.object.wide.original_id, image.rank): image
            for names in _chunks(_distinct(figure.object for figure in figures))
            for image in self.images.filter(
                object__wide__project=project, object__wide__original_id__in=names
            )
        }
        names = {_base(figure.file_name) for figure in figures if figure.object is None and figure.file_name}
        self.by_file = self._by_file(names)

    def _by_file(self, names: set[str]) -> dict[str, list[Image]]:
        """Folded name of a file without its folders → the project's images that are called so."""
        base = Func(
            F("file_name"), Value("^.*/"), Value(""), function="regexp_replace", output_field=TextField()
        )
        composed = Func(base, template="lower(normalize(%(expressions)s, NFC))", output_field=TextField())
        by_name: dict[str, list[Image]] = {}
        for chunk in _chunks(_distinct(names)):
            for image in self.images.annotate(base=Lower(composed)).filter(base__in=chunk):
                by_name.setdefault(_base(image.file_name), []).append(image)
        return by_name

    def of(self, reading: ParsedMarks, figure: ParsedFigure) -> Image | None:
        if figure.object is not None:
            image = self.by_object.get((figure.object, figure.rank))
            if image is None:
                _refuse(reading, figure, f"no object {figure.object!r} with an image {figure.rank}")
            return image
        candidates = _nearest(figure.file_name or "", self.by_file.get(_base(figure.file_name or ""), []))
        if len(candidates) == 1:
            return candidates[0]
        _refuse(reading, figure, f"{len(candidates) or 'no'} images {figure.file_name!r}{_names(candidates)}")
        return None


def _refuse(reading: ParsedMarks, figure: ParsedFigure, what: str) -> None:
    reading.wrong(
        f"The project has {what}: name the object by its original id, and the image by its rank.",
        line=figure.line,
        column="object" if figure.line else figure.column,
    )


def _names(candidates: list[Image]) -> str:
    """In brackets, where they are not all called the same."""
    names = sorted({image.file_name for image in candidates})
    return f" ({', '.join(names[:NAMED])})" if len(names) > 1 else ""


def _nearest(file_name: str, candidates: list[Image]) -> list[Image]:
    """Those that share most of the path, from its end: `tow1/a.png` rather than `tow2/a.png`; then the same letters."""
    if len(candidates) < 2:
        return candidates
    path = _path(file_name)
    shared = {image: _shared(path, _path(image.file_name)) for image in candidates}
    best = [image for image in candidates if shared[image] == max(shared.values())]
    exact = [image for image in best if image.file_name == file_name]
    return exact or best


def _shared(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _path(name: str) -> list[str]:
    return _folded(name.replace("\\", "/")).split("/")


def _base(name: str) -> str:
    return _path(name)[-1]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).lower()


def _distinct(names: Iterable[str | None]) -> list[str]:
    """What may be looked for: PostgreSQL has no name with a zero byte in it."""
    return sorted({name for name in names if name is not None and "\0" not in name})


def _chunks(values: list) -> Iterator[list]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
