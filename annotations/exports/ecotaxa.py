"""Writes a project as an EcoTaxa package: one table a sample, streamed from the database into the zip."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from django.core.files.storage import default_storage
from django.db import connection, transaction

from annotations.gallery.filter import Filter
from annotations.samples.models import Acquisition, FreeColumn, Sample

STATES = {"U": "", "P": "predicted", "D": "dubious", "V": "validated"}
BATCH = 2000
ROWS = """
SELECT w.original_id, i.file_name, i.rank, i.key, o.latitude, o.longitude, to_char(o.taken_at, 'YYYYMMDD'),
       CASE WHEN o.has_time THEN to_char(o.taken_at, 'HH24MISS') END, o.depth_min, o.depth_max,
       o.state, t.display_name, t.ecotaxa_id, trim(concat(u.first_name, ' ', u.last_name)), u.username, u.email,
       to_char(o.labelled_at, 'YYYYMMDD'), to_char(o.labelled_at, 'HH24MISS'), o.score, o.margin,
       w.values, w.texts, o.acquisition_id
FROM samples_object o
JOIN samples_objectfields w ON w.object_id = o.id
LEFT JOIN samples_image i ON i.object_id = o.id
LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
LEFT JOIN accounts_user u ON u.id = o.annotator_id
WHERE o.sample_id = %s AND {condition} ORDER BY o.id, i.rank
"""
FIXED = [  # column, type
    ("object_id", "t"),
    ("img_file_name", "t"),
    ("img_rank", "f"),
    ("object_lat", "f"),
    ("object_lon", "f"),
    ("object_date", "t"),
    ("object_time", "t"),
    ("object_depth_min", "f"),
    ("object_depth_max", "f"),
    ("object_annotation_status", "t"),
    ("object_annotation_category", "t"),
    ("object_annotation_category_id", "t"),
    ("object_annotation_person_name", "t"),
    ("object_annotation_person_email", "t"),
    ("object_annotation_date", "t"),
    ("object_annotation_time", "t"),
    ("object_seston_score", "f"),
    ("object_seston_margin", "f"),
]


def write_package(
    out: Path, project_id: int, wanted: Filter, with_images: bool, on_rows: Callable[[int], None]
) -> tuple[int, int]:
    """Writes the zip; returns how many lines and pictures. `on_rows` hears how many lines are done."""
    rows = pictures = 0
    columns = _Columns(project_id)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as package:
        for sample in Sample.objects.filter(project_id=project_id).order_by("id"):
            folder = _folder(sample)
            table = _SampleTable(sample, columns, wanted, with_images)
            for written in table.write(package, folder):
                rows += written
                on_rows(rows)
            pictures += table.copy_pictures(package, folder)
    return rows, pictures


def _folder(sample: Sample) -> str:
    """A folder name that every system can unpack, and no two samples share."""
    safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in sample.original_id).strip(".")
    return safe if safe == sample.original_id else f"{safe}_{sample.pk}"


class _Columns:
    """The project's free columns, with their types, in the order of the table."""

    def __init__(self, project_id: int):
        columns = list(FreeColumn.objects.filter(project_id=project_id))
        objects = [c for c in columns if c.level == "object"]
        self.numbers = sorted((c for c in objects if c.is_number), key=lambda c: c.position or 0)
        self.texts = [c.name for c in objects if not c.is_number]
        self.parents = {level: [c.name for c in columns if c.level == level] for level in ("sample", "acq", "process")}

    def header(self) -> list[str]:
        names = [name for name, _ in FIXED] + [f"object_{c.name}" for c in self.numbers]
        names += [name if name == "complement_info" else f"object_{name}" for name in self.texts]
        for level, known in (("sample", ["id"]), ("acq", ["id", "instrument"]), ("process", ["id"])):
            names += [f"{level}_{name}" for name in (*known, *self.parents[level])]
        return names

    def types(self) -> list[str]:
        kinds = [kind for _, kind in FIXED] + ["f"] * len(self.numbers)
        return [f"[{kind}]" for kind in kinds + ["t"] * (len(self.header()) - len(kinds))]


class _SampleTable:
    def __init__(self, sample: Sample, columns: _Columns, wanted: Filter, with_images: bool):
        self.sample = sample
        self.columns = columns
        self.wanted = wanted
        self.with_images = with_images
        self.parents = {a.pk: self._parent_cells(a) for a in sample.acquisitions.all()}
        self.names: dict[str, str] = {}  # file name in the package → key

    def write(self, package: zipfile.ZipFile, folder: str) -> Iterator[int]:
        """Writes the table in batches, yields the size of each. A sample without objects has no table."""
        batches = self._batches()
        first = next(batches, None)
        if first is None:
            return
        with package.open(f"{folder}/ecotaxa_{folder}.tsv", "w", force_zip64=True) as raw:
            text = io.TextIOWrapper(raw, "utf-8-sig", newline="", write_through=False)
            lines = csv.writer(text, delimiter="\t", lineterminator="\n")
            lines.writerow(self.columns.header())
            lines.writerow(self.columns.types())
            batch: list[tuple] | None = first
            while batch:
                lines.writerows(map(self._line, batch))
                yield len(batch)
                batch = next(batches, None)
            text.flush()
            text.detach()

    def copy_pictures(self, package: zipfile.ZipFile, folder: str) -> int:
        if not self.with_images:
            return 0
        for name, key in self.names.items():
            with default_storage.open(key) as picture:
                # pictures are packed already: storing them is ten times faster
                package.writestr(zipfile.ZipInfo(f"{folder}/{name}"), picture.read(), zipfile.ZIP_STORED)
        return len(self.names)

    def _batches(self) -> Iterator[list[tuple]]:
        condition, params = self.wanted.where()
        sql = ROWS.format(condition=condition)
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(sql, [self.sample.pk, *params])
            while batch := cursor.fetchmany(BATCH):
                yield batch

    def _line(self, row: tuple) -> list[object]:
        (name, file, rank, key, lat, lon, day, clock, top, bottom, state, taxon, ecotaxa_id, *rest) = row
        (person, username, email, label_day, label_time, score, margin, values, texts, acquisition) = rest
        texts = orjson.loads(texts)
        numbers = values[: len(self.columns.numbers)] + [None] * (len(self.columns.numbers) - len(values))
        return [
            name,
            self._file_name(file, key) if file else "",
            rank,
            lat,
            lon,
            day,
            clock,
            top,
            bottom,
            STATES[state],
            taxon,
            ecotaxa_id,
            person or username,
            email,
            label_day,
            label_time,
            score,
            margin,
            *numbers,
            *(texts.get(column) for column in self.columns.texts),
            *self.parents[acquisition],
        ]

    def _file_name(self, file: str, key: str) -> str:
        """The picture's own name; another one where two different pictures of a sample share it."""
        plain = file.replace("\\", "/").rsplit("/", 1)[-1]
        name, n = plain, 1
        while self.names.get(name, key) != key:
            n += 1
            stem, dot, extension = plain.rpartition(".")
            name = f"{stem}_{n}{dot}{extension}"
        self.names[name] = key
        return name

    def _parent_cells(self, acquisition: Acquisition) -> list[object]:
        own = {"sample": self.sample.fields, "acq": acquisition.fields, "process": acquisition.process_fields}
        cells: list[object] = []
        for level, known in (
            ("sample", [self.sample.original_id]),
            ("acq", [acquisition.original_id, acquisition.instrument]),
            ("process", [acquisition.process_original_id]),
        ):
            cells += [*known, *(own[level].get(name) for name in self.columns.parents[level])]
        return cells
