"""The pictures of records: as the package holds them, or cut out of larger ones, which are kept beside."""

from dataclasses import dataclass, field

from annotations.imports.archive import Package
from annotations.imports.records import Record
from annotations.imports.windows import AcquisitionRanges
from annotations.pictures.actions import StoredPicture, store_picture
from annotations.pictures.cutting import Cutter
from annotations.pictures.rendering import Windows
from annotations.samples.actions import ensure_parent_image
from annotations.samples.models import ParentImage
from annotations.samples.rows import Region
from classifier.instruments.pictures import png_of


@dataclass
class RecordPictures:
    package: Package
    ranges: AcquisitionRanges  # of deep pictures
    parents: dict[tuple[int, str], ParentImage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cutter = Cutter(self.package.read)

    def store(self, record: Record) -> StoredPicture | None:
        """None for a record that brings none: an update does without."""
        if not record.path:
            return None
        if record.pixels is not None:
            return store_picture(png_of(record.pixels), self._windows(record))
        if record.crop is not None:
            return store_picture(self.cutter.cut(record.path, record.crop, self._windows(record)))
        return self._stored(record)

    def region(self, record: Record, acquisition: int) -> Region | None:
        """Where a picture was cut out; the larger one is stored with the first of them."""
        if record.crop is None:
            return None
        key = (acquisition, record.path)
        if key not in self.parents:
            self.parents[key] = ensure_parent_image(
                acquisition_id=acquisition, file_name=record.path[-255:], picture=self._stored(record)
            )
        return Region(self.parents[key], *record.crop)

    def _stored(self, record: Record) -> StoredPicture:
        return store_picture(self.package.read(record.path), self._windows(record))

    def _windows(self, record: Record) -> Windows:
        return self.ranges.windows((record.sample, record.acquisition.original_id))
