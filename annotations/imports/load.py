"""Loads a validated package in chunks: each is one transaction of COPYs, and safe to do twice.

An object is known by its id in the project, a picture by its object and file name, so a load that was cut off
goes on where it stopped, and a package that is imported again adds nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from itertools import islice

import orjson
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.picture_check import acquisition_of
from annotations.imports.ecotaxa.table import Line, Table, dummy_name, taxon_name
from annotations.imports.ecotaxa.validate import Survey, open_tables
from annotations.imports.windows import AcquisitionRanges
from annotations.labels.actions import log_imported
from annotations.labels.models import Batch
from annotations.pictures.actions import StoredPicture, store_picture
from annotations.pictures.store import is_folder
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn, Sample
from annotations.taxonomy.actions import TaxonName

CHUNK = 1000
STORING = 16  # pictures on their way to a bucket at once
LOAD_LOCK = 7_351_003  # with the project's number: chunks of two imports into one project take turns


@dataclass
class Loaded:
    """How far a load is, and what it has added."""

    lines: int = 0
    objects: int = 0
    images: int = 0
    known: int = 0  # lines whose object and picture were here already
    waiting: int = 0  # objects whose label waits until somebody settles its name


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
    kept: list[tuple] = field(default_factory=list)  # labels of this chunk that wait for their names
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

    def _store(self, line: Line) -> StoredPicture:
        content = self.package.read(line.table.picture_path(str(line.known["img_file_name"])))
        return store_picture(content, self.ranges.windows(acquisition_of(line)))

    # --- Rows -----------------------------------------------------------------------------------------------

    def _load_chunk(self, lines: list[Line], pictures: list[StoredPicture], total: Loaded) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOAD_LOCK, self.project.pk % 2**31])
        known = self._known_objects(lines)
        new: dict[str, Line] = {}
        for line in lines:
            if line.known["object_id"] not in known:
                new.setdefault(str(line.known["object_id"]), line)
        ids = dict(zip(new, _next_ids("samples_object", len(new)), strict=True))
        self.kept = []
        self._copy_objects(new, ids)
        self._copy_fields(new, ids)
        columns = "object_id, unknown_id, state, score, margin, entropy, annotator_id, labelled_at"
        _copy("nomenclature_keptlabel", columns, self.kept)
        log_imported(batch=self.batch, object_ids=list(ids.values()))
        images = self._copy_images(lines, pictures, known | ids)
        total.lines += len(lines)
        total.objects += len(new)
        total.images += images
        total.known += len(lines) - images
        total.waiting += len(self.kept)

    def _known_objects(self, lines: list[Line]) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT original_id, object_id FROM samples_objectfields "
                "WHERE project_id = %s AND original_id = ANY(%s)",
                [self.project.pk, [line.known["object_id"] for line in lines]],
            )
            return dict(cursor.fetchall())

    def _copy_objects(self, new: dict[str, Line], ids: dict[str, int]) -> None:
        columns = (
            "id, project_id, sample_id, acquisition_id, taxon_id, state, score, margin, entropy, latitude, longitude, "
            "depth_min, depth_max, taken_at, has_time, annotator_id, labelled_at, version"
        )
        # a list, because finding the parents asks the database, which a running COPY would block
        _copy("samples_object", columns, [self._object_row(line, ids[name]) for name, line in new.items()])

    def _object_row(self, line: Line, object_id: int) -> tuple:
        known = line.known
        sample = self._sample(line)
        state = str(known.get("object_annotation_status") or "U")
        name = taxon_name(line) if state != "U" else None
        annotator, labelled_at = self._who_and_when(line, state)
        scores = self._scores(line, state)
        if name is not None and name not in self.taxa:
            self.kept.append((object_id, self.unknown[name], state, *scores, annotator, labelled_at))
            state, name, scores, annotator, labelled_at = "U", None, (None, None, None), None, None
        return (
            object_id,
            self.project.pk,
            sample,
            self._acquisition(line, sample),
            self.taxa[name] if name else None,
            state,
            *scores,
            known.get("object_lat"),
            known.get("object_lon"),
            known.get("object_depth_min"),
            known.get("object_depth_max"),
            line.taken_at,
            bool(known.get("object_time")) or not known.get("object_date"),
            annotator,
            labelled_at,
            1,
        )

    @staticmethod
    def _scores(line: Line, state: str) -> tuple[object, object, object]:
        """Only what is predicted has them."""
        if state != "P":
            return None, None, None
        known = line.known
        names = ("object_seston_score", "object_seston_margin", "object_seston_entropy")
        return known.get(names[0]), known.get(names[1]), known.get(names[2])

    def _who_and_when(self, line: Line, state: str) -> tuple[int | None, object]:
        """A person's label without a name or date gets the importing user, and now."""
        if state == "U":
            return None, None
        if state == "P":
            return None, line.labelled_at
        name = str(line.known.get("object_annotation_person_name") or "")
        email = str(line.known.get("object_annotation_person_email") or "")
        if (name, email) not in self.people:
            named = name or email
            person = imported_annotator(project=self.project, name=name, email=email) if named else self.user
            self.people[name, email] = person.pk if person else None
        return self.people[name, email], line.labelled_at or timezone.now()

    def _copy_fields(self, new: dict[str, Line], ids: dict[str, int]) -> None:
        rows = (
            (ids[name], self.project.pk, name, self._values(line), orjson.dumps(line.texts).decode())
            for name, line in new.items()
        )
        _copy("samples_objectfields", 'object_id, project_id, original_id, "values", texts', rows)

    def _values(self, line: Line) -> list[float | None]:
        values: list[float | None] = [None] * len(self.positions)
        for place, value in zip(self._places(line.table), line.numbers, strict=True):
            values[place] = value
        return values

    def _places(self, table: Table) -> list[int]:
        if self.places is None or self.places[0] is not table:
            self.places = (table, [self.positions[name] for name in table.number_names])
        return self.places[1]

    def _copy_images(self, lines: list[Line], pictures: list[StoredPicture], ids: dict[str, int]) -> int:
        taken, present = self._present_images([ids[str(line.known["object_id"])] for line in lines])
        rows = []
        for line, picture in zip(lines, pictures, strict=True):
            object_id, name = ids[str(line.known["object_id"])], str(line.known["img_file_name"])
            if (object_id, name) in present:
                continue
            present.add((object_id, name))
            rank = _free_rank(line.known.get("img_rank"), taken.setdefault(object_id, set()))
            rows.append((object_id, rank, name, *astuple(picture)))
        columns = "key, width, height, original_key, origin, window_low, window_high"
        _copy("samples_image", f"object_id, rank, file_name, {columns}", rows)
        return len(rows)

    @staticmethod
    def _present_images(object_ids: list[int]) -> tuple[dict[int, set[int]], set[tuple[int, str]]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT object_id, rank, file_name FROM samples_image WHERE object_id = ANY(%s)", [object_ids]
            )
            rows = cursor.fetchall()
        taken: dict[int, set[int]] = {}
        for object_id, rank, _ in rows:
            taken.setdefault(object_id, set()).add(rank)
        return taken, {(object_id, name) for object_id, _, name in rows}

    # --- Parents --------------------------------------------------------------------------------------------

    def _sample(self, line: Line) -> int:
        name = str(line.known.get("sample_id") or dummy_name(self.project.pk))
        if name not in self.samples:
            sample, _ = Sample.objects.get_or_create(
                project=self.project, original_id=name, defaults={"fields": self._fields("sample", line)}
            )
            self.samples[name] = sample.pk
        return self.samples[name]

    def _acquisition(self, line: Line, sample: int) -> int:
        name = str(line.known.get("acq_id") or dummy_name(sample))
        if (sample, name) not in self.acquisitions:
            fields = {level: self._fields(level, line) for level in ("acq", "process")}
            pixel_um, source = self.pixel_sizes.get(acquisition_of(line), (None, ""))
            acquisition, _ = Acquisition.objects.get_or_create(
                sample_id=sample,
                original_id=name,
                defaults={
                    "instrument": fields["acq"].pop("instrument", ""),
                    "pixel_um": pixel_um,
                    "pixel_source": source[:200],
                    "fields": fields["acq"],
                    "process_original_id": fields["process"].pop("id", ""),
                    "process_fields": fields["process"],
                },
            )
            self.acquisitions[sample, name] = acquisition.pk
        return self.acquisitions[sample, name]

    def _fields(self, level: str, line: Line) -> dict[str, str]:
        """What the package says of the line's sample, acq or process, whichever of its lines says it first."""
        own = {"acq": "acq_instrument", "process": "process_id"}.get(level, "")
        sample, run = str(line.known.get("sample_id") or ""), str(line.known.get("acq_id") or "")
        late = self.late.get((level, sample, "" if level == "sample" else run), {})
        fields = {name.removeprefix(f"{level}_"): value for name, value in late.items()} | line.parent(level)
        if value := line.known.get(own):
            fields[own.removeprefix(f"{level}_")] = str(value)
        return fields


def _free_rank(wanted: object, taken: set[int]) -> int:
    """The wanted rank; the next free one where it is taken or not given."""
    rank = wanted if isinstance(wanted, int) else 0
    while rank in taken:
        rank += 1
    taken.add(rank)
    return rank


@transaction.atomic
def ensure_columns(
    project: Project, survey: Survey, problems: Problems, dry_run: bool = False
) -> dict[str, int]:
    """Makes the project's free columns that are missing; returns the positions of the numbers.

    Reports columns that the project knows with the other type, and makes none when anything is wrong.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # two imports must not give out one position twice
    known = {(c.level, c.name): c for c in FreeColumn.objects.filter(project=project)}
    position = max((c.position for c in known.values() if c.position is not None), default=-1) + 1
    new = []
    for name, is_number in survey.types.items():
        column = known.get(("object", name))
        if column is not None and column.is_number != is_number:
            kinds = ("text", "a number")
            problems.add(
                f"The project knows this column as {kinds[column.is_number]}, here it is {kinds[is_number]}. "
                "Correct its type in line 2, or rename it.",
                survey.tables[0],
                2,
                f"object_{name}",
            )
        elif column is None:
            place = position if is_number else None
            position += is_number
            new.append(
                FreeColumn(project=project, level="object", name=name, is_number=is_number, position=place)
            )
    for level, names in survey.parents.items():
        new += [FreeColumn(project=project, level=level, name=n) for n in names if (level, n) not in known]
    if problems or dry_run:
        return {}
    FreeColumn.objects.bulk_create(new)
    columns = FreeColumn.objects.filter(project=project, position__isnull=False).order_by("position")
    return {column.name: column.position for column in columns if column.position is not None}


def update_positions(project: Project) -> None:
    """A sample lies where its objects lie, on average."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE samples_sample s SET latitude = place.latitude, longitude = place.longitude
               FROM (SELECT sample_id, avg(latitude) AS latitude, avg(longitude) AS longitude
                     FROM samples_object WHERE project_id = %s GROUP BY 1) place
               WHERE place.sample_id = s.id""",
            [project.pk],
        )


def _next_ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row_id for (row_id,) in cursor.fetchall()]


def _copy(table: str, columns: str, rows: Iterable[tuple]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
