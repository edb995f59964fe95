"""Loads a validated package in chunks: each is one transaction of COPYs, and safe to do twice.

An object is known by its id in the project, a picture by its object and file name, so a load that was cut off
goes on where it stopped, and a package that is imported again adds nothing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.copying import copy_rows
from annotations.common.problems import Problems
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.picture_check import acquisition_of
from annotations.imports.ecotaxa.survey import Survey
from annotations.imports.ecotaxa.table import Table, TableLine, taxon_name
from annotations.imports.ecotaxa.validate import open_tables
from annotations.imports.windows import AcquisitionRanges
from annotations.labels.actions import log_imported
from annotations.labels.models import Batch
from annotations.pictures.actions import StoredPicture, store_picture
from annotations.pictures.store import is_folder
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project
from annotations.samples.actions import (
    add_images,
    add_objects,
    ensure_acquisition,
    ensure_sample,
    take_turns,
)
from annotations.samples.columns import ColumnTypeConflict, ensure_columns, refuse_conflicts
from annotations.samples.models import FreeColumn, State
from annotations.samples.naming import dummy_name
from annotations.samples.queries import objects_named
from annotations.samples.rows import NewAcquisition, NewColumn, NewImage, NewLabel, NewObject
from annotations.taxonomy.actions import TaxonName

CHUNK = 1000
STORING = 16  # pictures on their way to a bucket at once
Level = FreeColumn.Level


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
    """Loads the lines of one package into one project."""

    project: Project
    package: Package
    batch: Batch
    user: User | None
    taxa: dict[TaxonName, int]
    positions: dict[str, int]  # of the numeric free columns
    unknown: dict[TaxonName, int] = field(default_factory=dict)  # names that wait until somebody settles them
    # labels of this chunk that wait: object → the name's number and what to say once it is settled
    waiting: dict[str, tuple[int, NewLabel]] = field(default_factory=dict)
    samples: dict[str, int] = field(default_factory=dict)
    acquisitions: dict[tuple[int, str], int] = field(default_factory=dict)
    people: dict[tuple[str, str], int | None] = field(default_factory=dict)
    ranges: AcquisitionRanges = field(default_factory=AcquisitionRanges)
    pixel_sizes: dict[tuple[str, str], tuple[float | None, str]] = field(default_factory=dict)
    late: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)  # see `Survey.late`
    places: tuple[Table, list[int]] | None = None  # of a table's numbers in `ObjectFields.values`

    def load(self, survey: Survey, total: Loaded, on_chunk: Callable[[Loaded], None]) -> Iterator[None]:
        """Loads what lies behind `total.lines`; adds to `total`, and yields after each chunk.

        `on_chunk` is called inside the chunk's transaction: what it writes is there when the chunk is.
        """
        self.ranges = survey.ranges
        self.pixel_sizes = {(sample, run): (um, source) for sample, run, um, source in survey.pixel_sizes}
        self.late = {(level, sample, run): cells for level, sample, run, cells in survey.late}
        with ThreadPoolExecutor(STORING) as pool:
            lines = (
                line
                for table in open_tables(self.package, survey.tables, Problems())
                for line in table.lines()
            )
            for _ in islice(lines, total.lines):
                pass
            while chunk := list(islice(lines, CHUNK)):
                # a local disk takes pictures faster from one thread: several only fight for Python's lock
                pictures = list(map(self._store, chunk) if is_folder() else pool.map(self._store, chunk))
                with transaction.atomic():
                    self._load_chunk(chunk, pictures, total)
                    on_chunk(total)
                yield

    # --- Pictures -------------------------------------------------------------------------------------------

    def _store(self, line: TableLine) -> StoredPicture:
        content = self.package.read(line.table.picture_path(str(line.values["img_file_name"])))
        return store_picture(content, self.ranges.windows(acquisition_of(line)))

    # --- Rows -----------------------------------------------------------------------------------------------

    def _load_chunk(self, lines: list[TableLine], pictures: list[StoredPicture], total: Loaded) -> None:
        take_turns(project=self.project)
        present = objects_named(self.project, [_name(line) for line in lines])
        self.waiting = {}
        new = {name: line for name, line in _first_lines(lines).items() if name not in present}
        # a list, because finding the parents asks the database, which a running COPY would block
        ids = add_objects(project=self.project, objects=[self._object(*item) for item in new.items()])
        self._keep_waiting_labels(ids)
        log_imported(batch=self.batch, object_ids=list(ids.values()))
        images = add_images(images=_new_images(lines, pictures, present | ids))
        total.lines += len(lines)
        total.objects += len(ids)
        total.images += images
        total.present += len(lines) - images
        total.waiting += len(self.waiting)

    def _object(self, name: str, line: TableLine) -> NewObject:
        values = line.values
        sample = self._sample(line)
        return NewObject(
            original_id=name,
            sample_id=sample,
            acquisition_id=self._acquisition(line, sample),
            label=self._label(name, line),
            latitude=line.real("object_lat"),
            longitude=line.real("object_lon"),
            depth_min=line.real("object_depth_min"),
            depth_max=line.real("object_depth_max"),
            taken_at=line.taken_at,
            has_time=bool(values.get("object_time")) or not values.get("object_date"),
            numbers=self._numbers(line),
            texts=line.texts,
        )

    def _label(self, name: str, line: TableLine) -> NewLabel:
        """What the line says of the object; nothing yet where its taxon is a name that waits."""
        state = State(str(line.values.get("object_annotation_status") or "U"))
        if state == State.UNCLASSIFIED:
            return NewLabel()
        taxon = taxon_name(line)
        assert taxon is not None  # the check of the package refuses a state without one
        annotator, labelled_at = self._who_and_when(line, state)
        label = NewLabel(state, self.taxa.get(taxon), *_scores(line, state), annotator, labelled_at)
        if taxon in self.taxa:
            return label
        self.waiting[name] = (self.unknown[taxon], label)
        return NewLabel()

    def _who_and_when(self, line: TableLine, state: State) -> tuple[int | None, datetime | None]:
        """A person's label without a name or date gets the importing user, and now."""
        if state == State.PREDICTED:
            return None, line.labelled_at
        name = str(line.values.get("object_annotation_person_name") or "")
        email = str(line.values.get("object_annotation_person_email") or "")
        if (name, email) not in self.people:
            named = name or email
            person = imported_annotator(project=self.project, name=name, email=email) if named else self.user
            self.people[name, email] = person.pk if person else None
        return self.people[name, email], line.labelled_at or timezone.now()

    def _keep_waiting_labels(self, ids: dict[str, int]) -> None:
        rows = ((ids[name], unknown, *_as_row(label)) for name, (unknown, label) in self.waiting.items())
        columns = "object_id, unknown_id, state, score, margin, entropy, annotator_id, labelled_at"
        copy_rows("nomenclature_keptlabel", columns, rows)

    def _numbers(self, line: TableLine) -> list[float | None]:
        numbers: list[float | None] = [None] * len(self.positions)
        for place, value in zip(self._places(line.table), line.numbers, strict=True):
            numbers[place] = value
        return numbers

    def _places(self, table: Table) -> list[int]:
        if self.places is None or self.places[0] is not table:
            self.places = (table, [self.positions[name] for name in table.number_names])
        return self.places[1]

    # --- Parents --------------------------------------------------------------------------------------------

    def _sample(self, line: TableLine) -> int:
        name = str(line.values.get("sample_id") or dummy_name(self.project.pk))
        if name not in self.samples:
            fields = self._fields("sample", line)
            self.samples[name] = ensure_sample(project=self.project, original_id=name, fields=fields).pk
        return self.samples[name]

    def _acquisition(self, line: TableLine, sample: int) -> int:
        name = str(line.values.get("acq_id") or dummy_name(sample))
        if (sample, name) not in self.acquisitions:
            new = self._new_acquisition(name, line)
            self.acquisitions[sample, name] = ensure_acquisition(sample_id=sample, new=new).pk
        return self.acquisitions[sample, name]

    def _new_acquisition(self, name: str, line: TableLine) -> NewAcquisition:
        fields, process = self._fields("acq", line), self._fields("process", line)
        pixel_um, source = self.pixel_sizes.get(acquisition_of(line), (None, ""))
        return NewAcquisition(
            original_id=name,
            instrument=fields.pop("instrument", ""),
            pixel_um=pixel_um,
            pixel_source=source,
            fields=fields,
            process_original_id=process.pop("id", ""),
            process_fields=process,
        )

    def _fields(self, level: str, line: TableLine) -> dict[str, str]:
        """What the package says of the line's sample, acq or process, whichever of its lines says it first."""
        own = {"acq": "acq_instrument", "process": "process_id"}.get(level, "")
        sample, run = str(line.values.get("sample_id") or ""), str(line.values.get("acq_id") or "")
        late = self.late.get((level, sample, "" if level == "sample" else run), {})
        fields = {name.removeprefix(f"{level}_"): value for name, value in late.items()} | line.parent(level)
        if value := line.values.get(own):
            fields[own.removeprefix(f"{level}_")] = str(value)
        return fields


def _name(line: TableLine) -> str:
    return str(line.values["object_id"])


def _first_lines(lines: list[TableLine]) -> dict[str, TableLine]:
    """The line that speaks for each object: further ones bring pictures."""
    first: dict[str, TableLine] = {}
    for line in lines:
        first.setdefault(_name(line), line)
    return first


def _new_images(lines: list[TableLine], pictures: list[StoredPicture], ids: dict[str, int]) -> list[NewImage]:
    return [
        NewImage(ids[_name(line)], str(line.values["img_file_name"]), picture, _rank(line))
        for line, picture in zip(lines, pictures, strict=True)
    ]


def _rank(line: TableLine) -> int | None:
    rank = line.values.get("img_rank")
    return rank if isinstance(rank, int) else None


def _scores(line: TableLine, state: State) -> tuple[float | None, float | None, float | None]:
    """Score, margin and entropy: only what is predicted has them."""
    if state != State.PREDICTED:
        return None, None, None
    names = ("score", "margin", "entropy")
    score, margin, entropy = (line.real(f"object_seston_{name}") for name in names)
    return score, margin, entropy


def _as_row(label: NewLabel) -> tuple:
    scores = (label.score, label.margin, label.entropy)
    return (str(label.state), *scores, label.annotator_id, label.labelled_at)


def ensure_columns_of(
    survey: Survey, project: Project, problems: Problems, dry_run: bool = False
) -> dict[str, int]:
    """Makes the project's free columns that are missing; gives the positions of the numbers.

    Reports columns that the project knows with the other type, and makes none when anything is wrong.
    """
    columns = [NewColumn(Level.OBJECT, name, is_number) for name, is_number in survey.types.items()]
    columns += [NewColumn(Level(level), name) for level, names in survey.parents.items() for name in names]
    try:
        if not problems and not dry_run:
            return ensure_columns(project=project, columns=columns)
        refuse_conflicts(project, columns)
    except ColumnTypeConflict as conflict:
        for column in conflict.columns:
            new_type, old_type = ("a number", "text") if column.is_number else ("text", "a number")
            problems.add(
                f"The project knows this column as {old_type}, here it is {new_type}. "
                "Correct its type in line 2, or rename it.",
                survey.tables[0],
                2,
                f"object_{column.name}",
            )
    return {}
