"""Loads the records of a checked package in chunks: each is one transaction of COPYs, and safe to do twice.

An object is known by its id in the project, a picture by its object and file name, so a load that was cut off
goes on where it stopped, and a package that is imported again adds nothing.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice

from django.db import transaction

from annotations.accounts.models import User
from annotations.common.copying import copy_rows
from annotations.imports.archive import Package
from annotations.imports.authors import LabelAuthors
from annotations.imports.modes import ADDING, Taking
from annotations.imports.records import Record
from annotations.imports.registry import TaxonIds
from annotations.imports.storing import stored_ahead
from annotations.imports.vignettes import RecordPictures
from annotations.imports.windows import AcquisitionRanges
from annotations.labels.actions import PastLabel, log_imported
from annotations.labels.models import Batch
from annotations.pictures.actions import StoredPicture
from annotations.projects.models import Project
from annotations.samples.actions import (
    add_images,
    add_objects,
    ensure_acquisition,
    ensure_sample,
    take_turns,
)
from annotations.samples.models import Acquisition, Sample
from annotations.samples.naming import dummy_name
from annotations.samples.queries import objects_named
from annotations.samples.rows import NewImage, NewLabel, NewObject

CHUNK = 1000


@dataclass
class Loaded:
    """How far a load is, and what it has added."""

    lines: int = 0
    objects: int = 0
    images: int = 0
    present: int = 0  # lines whose object and picture were here already
    waiting: int = 0  # objects whose label waits until somebody settles its name

    @classmethod
    def from_checkpoint(cls, counts: dict[str, int]) -> "Loaded":
        """Earlier versions called the lines that were here already `known`."""
        return cls(**{"present" if name == "known" else name: count for name, count in counts.items()})


@dataclass
class Loader:
    """Loads the records of one package into one project."""

    project: Project
    package: Package
    batch: Batch
    user: User | None
    taxon_ids: TaxonIds
    positions: dict[str, int]  # of the numeric free columns
    ranges: AcquisitionRanges  # of deep pictures
    taking: Taking = ADDING
    members: Mapping[str, int] = field(default_factory=dict)  # by names of people in lower case
    # labels of this chunk that wait: object → the name's number and what to say once it is settled
    waiting: dict[str, tuple[int, NewLabel]] = field(default_factory=dict)
    samples: dict[str, int] = field(default_factory=dict)
    acquisitions: dict[tuple[int, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.authors = LabelAuthors(self.project, self.user, self.members)
        self.pictures = RecordPictures(self.package, self.ranges)

    def load(
        self, records: Iterable[Record], lines: int, total: Loaded, on_chunk: Callable[[Loaded], None]
    ) -> Generator[None]:
        """Loads what lies behind the first `total.lines` of `lines`; adds to `total`, and yields after each chunk.

        `on_chunk` is called inside the chunk's transaction: what it writes is there when the chunk is.
        """
        rest, is_long = islice(records, total.lines, None), lines - total.lines > 2 * CHUNK
        with closing(stored_ahead(self.package, rest, CHUNK, self.pictures.store, is_long)) as chunks:
            for chunk, pictures in chunks:
                with transaction.atomic():
                    self._load_chunk(chunk, pictures, total)
                    on_chunk(total)
                yield

    # --- Rows -----------------------------------------------------------------------------------------------

    def _load_chunk(self, records: list[Record], pictures: list[StoredPicture | None], total: Loaded) -> None:
        take_turns(project=self.project)
        self._forget_removed_parents()
        present = objects_named(self.project, [record.object_id for record in records])
        self.waiting = {}
        first = _first_records(records) if self.taking.adds else []
        new = [record for record in first if record.object_id not in present]
        # a list, because finding the parents asks the database, which a running COPY would block
        ids = add_objects(project=self.project, objects=[self._object(record) for record in new])
        self._keep_waiting_labels(ids)
        past = [label for record in new for label in self._past_labels(record, ids[record.object_id])]
        log_imported(batch=self.batch, object_ids=list(ids.values()), past=past)
        images = add_images(images=list(self._new_images(records, pictures, present | ids)))
        total.lines += len(records)
        total.objects += len(ids)
        total.images += images
        total.present += len(records) - images - sum(not record.path for record in new)
        total.waiting += len(self.waiting)

    def _new_images(
        self, records: list[Record], pictures: list[StoredPicture | None], ids: dict[str, int]
    ) -> Iterator[NewImage]:
        """Those of objects that are here by now; an update passes over the others."""
        for record, picture in zip(records, pictures, strict=True):
            if picture is not None and record.object_id in ids:
                region = None
                if record.crop is not None:
                    acquisition = self._acquisition(record, self._sample(record))
                    region = self.pictures.region(record, acquisition)
                yield NewImage(ids[record.object_id], record.file_name, picture, record.rank, region)

    def _object(self, record: Record) -> NewObject:
        sample = self._sample(record)
        return NewObject(
            original_id=record.object_id,
            sample_id=sample,
            acquisition_id=self._acquisition(record, sample),
            label=self._label(record),
            latitude=record.latitude,
            longitude=record.longitude,
            depth_min=record.depth_min,
            depth_max=record.depth_max,
            taken_at=record.taken_at,
            has_time=record.has_time,
            numbers=self._numbers(record),
            texts=record.texts,
        )

    def _label(self, record: Record) -> NewLabel:
        """What the record says of the object; nothing yet where its taxon is a name that waits."""
        if record.label is None:
            return NewLabel()
        says, (taxa, unknown) = record.label, self.taxon_ids
        scores = (says.score, says.margin, says.entropy)
        label = NewLabel(says.state, taxa.get(says.taxon), *scores, *self.authors.who_and_when(says))
        if says.taxon in taxa:
            return label
        self.waiting[record.object_id] = (unknown[says.taxon], label)
        return NewLabel()

    def _past_labels(self, record: Record, object_id: int) -> Iterable[PastLabel]:
        """Without those whose name waits: what is in the log stays as it is."""
        for label in record.history:
            if (taxon := self.taxon_ids.taxa.get(label.taxon)) is not None:
                is_named = label.annotator or label.annotator_email
                annotator = self.authors.who_and_when(label)[0] if is_named else None
                yield PastLabel(object_id, label.state, taxon, label.score, annotator, label.labelled_at)

    def _keep_waiting_labels(self, ids: dict[str, int]) -> None:
        rows = ((ids[name], unknown, *_as_row(label)) for name, (unknown, label) in self.waiting.items())
        columns = "object_id, unknown_id, state, score, margin, entropy, annotator_id, labelled_at"
        copy_rows("nomenclature_keptlabel", columns, rows)

    def _numbers(self, record: Record) -> list[float | None]:
        numbers: list[float | None] = [None] * len(self.positions)
        for name, value in record.numbers.items():
            numbers[self.positions[name]] = value
        return numbers

    # --- Parents --------------------------------------------------------------------------------------------

    def _forget_removed_parents(self) -> None:
        """Since the last chunk a move may have taken all objects of a sample away, and the sample with them."""
        samples = set(Sample.objects.filter(pk__in=self.samples.values()).values_list("pk", flat=True))
        acquisitions = Acquisition.objects.filter(pk__in=self.acquisitions.values())
        present = set(acquisitions.values_list("pk", flat=True))
        self.samples = {name: pk for name, pk in self.samples.items() if pk in samples}
        self.acquisitions = {name: pk for name, pk in self.acquisitions.items() if pk in present}

    def _sample(self, record: Record) -> int:
        name = record.sample or dummy_name(self.project.pk)
        if name not in self.samples:
            sample = ensure_sample(project=self.project, original_id=name, fields=record.sample_fields)
            self.samples[name] = sample.pk
        return self.samples[name]

    def _acquisition(self, record: Record, sample: int) -> int:
        name = record.acquisition.original_id or dummy_name(sample)
        if (sample, name) not in self.acquisitions:
            new = replace(record.acquisition, original_id=name)
            self.acquisitions[sample, name] = ensure_acquisition(sample_id=sample, new=new).pk
        return self.acquisitions[sample, name]


def _first_records(records: list[Record]) -> Iterable[Record]:
    """The record that speaks for each object: further ones bring pictures."""
    first: dict[str, Record] = {}
    for record in records:
        first.setdefault(record.object_id, record)
    return first.values()


def _as_row(label: NewLabel) -> tuple:
    scores = (label.score, label.margin, label.entropy)
    return (str(label.state), *scores, label.annotator_id, label.labelled_at)
