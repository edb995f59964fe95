"""Checks a package of COCO files: pictures, boxes and masks, categories, ids. Nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from annotations.imports.archive import Package
from annotations.imports.coco.entries import Annotation, CocoImage, FileOfImages
from annotations.imports.coco.items import BOX_COLUMNS, TEXT_COLUMNS, CocoReading, ImageItems
from annotations.imports.errors import PackageError
from annotations.imports.existing_objects import ObjectPlace
from annotations.imports.pictures import PictureInspector, PictureLocation
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.records import Record
from annotations.imports.registry import PackageCheck
from annotations.imports.survey import Survey
from annotations.marks.figures import Size
from annotations.marks.models import Dash, PointShape
from annotations.pictures.cutting import upright_size

MOST_LABELS = len(Dash) * len(PointShape)  # of marks: their looks tell them apart


@dataclass
class CocoSurvey(Survey):
    sizes: dict[str, list[int]] = field(default_factory=dict)  # of the pictures, by path: width and height
    mark_labels: list[str] = field(default_factory=list)


@dataclass
class FileCheck:
    """Of one file after the other."""

    package: Package
    check: PackageCheck
    reading: CocoReading
    survey: CocoSurvey
    pictures: PictureInspector
    present: ProjectPictures | None
    ids: dict[tuple[str, str], str] = field(default_factory=dict)  # file by object and picture
    objects: dict[str, ObjectPlace] = field(default_factory=dict)  # the file that says it first
    samples: dict[str, None] = field(default_factory=dict)

    def __call__(self, file: FileOfImages) -> None:
        for image in file.images.values():
            size = self._size(image, file) if image.path else None
            if size is not None:
                self._check_image(image, size, file)

    def _size(self, image: CocoImage, file: FileOfImages) -> Size | None:
        if image.path not in self.survey.sizes:
            try:
                self.survey.sizes[image.path] = list(upright_size(self.package.read(image.path)))
            except (ValueError, PackageError) as error:
                self.check.problems.add(f"{image.path}: {error}", file.path, cell=image.path)
                return None
        width, height = self.survey.sizes[image.path]
        if image.size is not None and image.size != (width, height):
            message = (
                f"{image.file_name} has {width} × {height} pixels, not {image.size[0]} × {image.size[1]} as the file "
                "says: what is drawn on it is scaled."
            )
            self.check.problems.warn(message, file.path, fault="another size", cell=image.file_name)
        return width, height

    def _check_image(self, image: CocoImage, size: Size, file: FileOfImages) -> None:
        try:
            items = self.reading.items(image, size)
        except ValidationError as error:
            message = f"Image {image.id!r}: {error.messages[0]}"
            self.check.problems.add(message, file.path, fault="image", cell=image.file_name)
            return
        place = PictureLocation(
            file.path, None, f"images (id {image.id!r})", (items.sample, items.acquisition.original_id)
        )
        if items.is_object or items.objects:
            self.pictures.check_content(image.path, place)
        if items.is_object:
            with self._faults_of(items.whole, file):
                self._note_whole(items, file, place)
        for annotation in items.objects:
            with self._faults_of(annotation, file):
                self._note(items.cut_record(annotation), file)
        for annotation in items.marks:
            with self._faults_of(annotation, file):
                self._note_marks(ImageItems(self.reading, image, size, None, [], [annotation]))

    @contextmanager
    def _faults_of(self, annotation: Annotation | None, file: FileOfImages) -> Iterator[None]:
        """What an annotation has wrong becomes a problem with its place in the file."""
        try:
            yield
        except ValidationError as error:
            number, where = (annotation.id, annotation.place) if annotation else ("", None)
            message = f"Annotation {number!r}: {error.messages[0]}"
            self.check.problems.add(message, file.path, None, where, fault=where or "image", cell=str(number))

    def _note_whole(self, items: ImageItems, file: FileOfImages, place: PictureLocation) -> None:
        record = next(items.records())
        self._note(record, file)
        if self.present is not None:
            self.present.note(record.object_id, record.file_name, record.path, place)

    def _note(self, record: Record, file: FileOfImages) -> None:
        key = (record.object_id, record.file_name)
        if key in self.ids:
            raise ValidationError(
                f"{record.object_id} stands in {self.ids[key]} already. Give images names, and annotations ids, of "
                "their own."
            )
        self.ids[key] = file.path
        self.objects.setdefault(record.object_id, ObjectPlace(file.path))
        self.samples[record.sample] = None
        self.survey.lines += 1
        if record.label is not None:
            self.survey.taxa[record.label.taxon] = None
        if record.crop is not None:
            self.survey.types |= {**dict.fromkeys(BOX_COLUMNS, True), **dict.fromkeys(TEXT_COLUMNS, False)}
        if self.survey.lines % 500 == 0:
            self.check.on_progress(self.survey.lines, f"Checked {self.survey.lines:,} objects")

    def _note_marks(self, items: ImageItems) -> None:
        for figure in items.figures():
            if figure.label not in self.survey.mark_labels:
                self.survey.mark_labels.append(figure.label)
