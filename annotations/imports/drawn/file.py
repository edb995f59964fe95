"""A file of outlines or masks with the picture that they lie on, as the check and the records of COCO take it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.coco.entries import Annotation, CocoImage
from annotations.imports.drawn.pairing import PicturePairs
from annotations.imports.errors import PackageError
from annotations.marks.figures import Size
from annotations.pictures.cutting import upright_size

Make = Callable[[Size], Annotation | None]


@dataclass
class DrawnFile:
    """`images` by a key, as of a COCO file: here it is one."""

    path: str
    images: dict[str, CocoImage] = field(default_factory=dict)


@dataclass
class FileReading:
    """Of one file: the picture that belongs to it, and where to tell what is wrong."""

    package: Package
    path: str
    problems: Problems

    def report(self, message: str, line: int | None = None, place: str | None = None) -> None:
        self.problems.add(message, self.path, line, place, fault=message[:24], cell=place or self.path)

    def picture(self, pairs: PicturePairs) -> CocoImage | None:
        picture = pairs.of(self.path)
        if picture is None:
            self.report(
                "No picture is called as this file. Put the picture that it was drawn on beside it, under its name."
            )
            return None
        return self.image_at(picture)

    def image_at(self, picture: str) -> CocoImage | None:
        try:
            size = upright_size(self.package.read(picture))
        except (ValueError, PackageError) as error:
            self.report(f"{picture}: {error}")
            return None
        return CocoImage(picture, picture, picture, size)

    def drawn(
        self, image: CocoImage, entries: Iterable[tuple[str, int | None, Make]]
    ) -> Iterator[Annotation]:
        """What each of (place, line, make) makes; what is wrong with one is told with its place."""
        assert image.size is not None
        for place, line, make in entries:
            try:
                annotation = make(image.size)
            except ValidationError as error:
                self.report(f"{place}: {error.messages[0]}", line, place)
            else:
                if annotation is not None:
                    yield annotation
