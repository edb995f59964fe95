"""What becomes of the images of a COCO file: objects that are cut out, pictures that are objects, marks on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

import orjson
from django.core.exceptions import ValidationError

from annotations.imports.coco.entries import Annotation, CocoImage
from annotations.imports.coco.figures import box_of, covers, fitted, pixels_of
from annotations.imports.plain.reading import state_letter
from annotations.imports.records import NO_ACQUISITION, Record, RecordFigure, RecordLabel
from annotations.marks.figures import Size
from annotations.samples.models import State
from annotations.samples.rows import NewAcquisition

MOST_ID = 255
MOST_OUTLINE = 5000  # characters
BOX_COLUMNS = ("bbox_x", "bbox_y", "bbox_width", "bbox_height")
TEXT_COLUMNS = ("picture", "outline", "crowd")
SOURCE = "pixel_um of the COCO file"


@dataclass(frozen=True)
class CocoReading:
    """What was chosen: `as_marks` makes boxes and masks marks, else they become objects; `state` is that of labels
    without a score, `sample` that of images without one."""

    as_marks: bool
    state: State
    sample: str

    def items(self, image: CocoImage, size: Size) -> "ImageItems":
        whole = None
        objects: list[Annotation] = []
        marks: list[Annotation] = []
        for annotation in image.annotations:
            if annotation.category.is_mark:
                marks.append(annotation)
            elif whole is None and _is_whole(annotation, image, size):
                whole = annotation
            else:
                (marks if self.as_marks else objects).append(annotation)
        return ImageItems(self, image, size, whole, objects, marks)


def _is_whole(annotation: Annotation, image: CocoImage, size: Size) -> bool:
    """Whether it speaks of the picture, as each picture of our own exports has one that does."""
    return annotation.figure[0] == "box" and covers(box_of(annotation, image, size), size)


@dataclass(frozen=True)
class ImageItems:
    reading: CocoReading
    image: CocoImage
    size: Size
    whole: Annotation | None
    objects: list[Annotation]
    marks: list[Annotation]

    @property
    def sample(self) -> str:
        return (self.image.sample or self.reading.sample)[:MOST_ID]

    @property
    def is_object(self) -> bool:
        """Whether the picture is one of an object, as a whole."""
        return bool(self.whole or self.marks or self.image.object or self.reading.as_marks)

    def records(self) -> Iterator[Record]:
        """Raises ValidationError for a box that lies outside; `Annotation.place` of the first is not known then."""
        if self.is_object:
            yield self._whole_record()
        for annotation in self.objects:
            yield self.cut_record(annotation)

    def figures(self) -> Iterator[RecordFigure]:
        for annotation in self.marks:
            kind, geometry = fitted(annotation, self.image, self.size)
            yield RecordFigure(self.object_id, self._file_name, annotation.category.name, kind, geometry)

    @property
    def object_id(self) -> str:
        return (self.image.object or f"{self.sample}/{self.image.file_name}")[-MOST_ID:]

    @property
    def _file_name(self) -> str:
        return self.image.file_name[-MOST_ID:]

    def _whole_record(self) -> Record:
        make = self._record(self.object_id, self._file_name)
        return make(label=self.whole and self._label(self.whole), rank=self.image.rank)

    def cut_record(self, annotation: Annotation) -> Record:
        box = box_of(annotation, self.image, self.size)
        stem = f"{PurePosixPath(self.image.file_name).stem}_{annotation.id}"
        name = (annotation.object or f"{self.sample}/{self.image.file_name}#{annotation.id}")[-MOST_ID:]
        return self._record(name, f"{stem}.png"[-MOST_ID:])(
            label=self._label(annotation),
            crop=pixels_of(box, self.size),
            numbers=dict(zip(BOX_COLUMNS, map(float, box), strict=True)),
            texts={
                name: text for name, text in zip(TEXT_COLUMNS, self._texts(annotation), strict=True) if text
            },
        )

    @property
    def acquisition(self) -> NewAcquisition:
        """One for each size of pixels: COCO names none."""
        um = self.image.pixel_um
        return NewAcquisition(f"{um:g} µm", pixel_um=um, pixel_source=SOURCE) if um else NO_ACQUISITION

    def _record(self, object_id: str, file_name: str) -> partial[Record]:
        return partial(
            Record, object_id, self.image.path, file_name, sample=self.sample, acquisition=self.acquisition
        )

    def _label(self, annotation: Annotation) -> RecordLabel | None:
        try:
            letter = state_letter(annotation.state)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if annotation.state and not letter:
            return None  # it says that it is unclassified
        state = (
            State(letter) if letter else (self.reading.state if annotation.score is None else State.PREDICTED)
        )
        score = annotation.score if state == State.PREDICTED else None
        return RecordLabel(state, annotation.category.taxon, score)

    def _texts(self, annotation: Annotation) -> tuple[str, str, str]:
        """Of the picture, the outline in its pixels, and whether several organisms lie there."""
        return self._file_name, self._outline(annotation), "yes" if annotation.is_crowd else ""

    def _outline(self, annotation: Annotation) -> str:
        if annotation.figure[0] == "box":
            return ""
        kind, geometry = fitted(annotation, self.image, self.size)
        text = orjson.dumps({"kind": kind, **geometry}).decode()
        return text if len(text) <= MOST_OUTLINE else ""


def reading_of(options: Mapping[str, str], sample: str) -> CocoReading:
    return CocoReading(options.get("figures") == "marks", State.from_word(options["labels"]), sample)
