"""Writes a project as an EcoTaxa package: one table a sample, streamed from the database into the zip.

PostgreSQL writes the lines itself (COPY): no row passes through Python.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from django.db import connection

from annotations.exports.names import FOLDED, RENAMED, UNSAFE, folder_names
from annotations.exports.readme import NAME as README
from annotations.exports.readme import readme_of
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.exports.traits import write_traits
from annotations.jobs.errors import JobError
from annotations.pictures.store import read_picture
from annotations.projects.addresses import JOIN_PEOPLE
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn, Sample

BATCH = 20_000  # objects a COPY: between two of them the job says how far it is
PICTURES = 200
# EcoTaxa has no state for what nobody looked at, but predicted
STATES = (
    "CASE COALESCE(k.state, o.state) "
    "WHEN 'P' THEN 'predicted' WHEN 'M' THEN 'predicted' WHEN 'D' THEN 'dubious' WHEN 'V' THEN 'validated' END"
)
# EcoTaxa reads HHMMSS and leaves a fraction of a second out; our import keeps it
CLOCK = (
    "to_char({0}, 'HH24MISS') || "
    "CASE WHEN {0} = date_trunc('second', {0}) THEN '' ELSE to_char({0}, '.US') END"
)
LABELLED = "COALESCE(k.labelled_at, o.labelled_at)"
LEVELS = {  # the columns that every sample, acquisition and process has, before its free ones
    "sample": [("sample_id", "s.original_id")],
    "acq": [("acq_id", "a.original_id"), ("acq_instrument", "a.instrument")],
    "process": [("process_id", "a.process_original_id")],
}
FIELDS = {"sample": "s.fields", "acq": "a.fields", "process": "a.process_fields"}
FIXED = [  # column, type, expression
    ("object_id", "t", "w.original_id"),
    ("img_file_name", "t", "{file_name}"),
    ("img_rank", "f", "i.rank"),
    ("object_lat", "f", "o.latitude"),
    ("object_lon", "f", "o.longitude"),
    ("object_date", "t", "to_char(o.taken_at, 'YYYYMMDD')"),
    ("object_time", "t", f"CASE WHEN o.has_time THEN {CLOCK.format('o.taken_at')} END"),
    ("object_depth_min", "f", "o.depth_min"),
    ("object_depth_max", "f", "o.depth_max"),
    ("object_annotation_status", "t", STATES),
    ("object_annotation_category", "t", "COALESCE(k.name, t.display_name)"),
    ("object_annotation_category_id", "t", "COALESCE(k.ecotaxa_id, t.ecotaxa_id)"),
    ("object_annotation_person_name", "t", "{person}"),
    ("object_annotation_person_email", "t", "{email}"),
    ("object_annotation_date", "t", f"to_char({LABELLED}, 'YYYYMMDD')"),
    ("object_annotation_time", "t", CLOCK.format(LABELLED)),
    # EcoTaxa refuses a package with a column object_annotation_hierarchy, and takes a column of ours as a free one
    ("object_seston_lineage", "t", "COALESCE(k.lineage, above.lineage)"),
    ("object_seston_score", "f", "COALESCE(k.score, o.score)"),
    ("object_seston_margin", "f", "COALESCE(k.margin, o.margin)"),
    ("object_seston_entropy", "f", "COALESCE(k.entropy, o.entropy)"),
]


# Labels whose taxon the site does not know yet go out as they came in: under the name that waits.
# The inner query with its OFFSET 0 unpacks an object's array and JSON once, not once for each column.
LINES = """
COPY (
    WITH p AS MATERIALIZED (
        SELECT a.id, {parents} FROM samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
        WHERE a.sample_id = %s
    ), kept AS (
        SELECT l.*, n.name, n.ecotaxa_id, NULLIF(array_to_string(n.lineage, '>'), '') AS lineage
        FROM nomenclature_keptlabel l JOIN nomenclature_unknownname n ON n.id = l.unknown_id
        WHERE l.object_id BETWEEN %s AND %s AND n.state = 'waiting'
    ), above AS MATERIALIZED (
        SELECT t.id, string_agg(a.display_name, '>' ORDER BY place) AS lineage
        FROM taxonomy_taxon t CROSS JOIN unnest(t.path) WITH ORDINALITY AS p (above, place)
        JOIN taxonomy_taxon a ON a.id = p.above AND strpos(a.display_name, '>') = 0
        WHERE t.id IN (SELECT taxon_id FROM samples_object WHERE sample_id = %s AND id BETWEEN %s AND %s)
        GROUP BY t.id
    )
    SELECT {columns}
    FROM samples_object o
    JOIN (
        SELECT object_id, original_id,
               "values" || '{{}}'::float8[] AS numbers, texts || '{{}}'::jsonb AS texts
        FROM samples_objectfields WHERE object_id BETWEEN %s AND %s AND project_id = %s OFFSET 0
    ) w ON w.object_id = o.id
    JOIN p ON p.id = o.acquisition_id
    LEFT JOIN {pictures} i ON i.object_id = o.id
    LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
    LEFT JOIN above ON above.id = o.taxon_id
    LEFT JOIN kept k ON k.object_id = o.id AND o.state = 'U' AND o.annotator_id IS NULL
    LEFT JOIN accounts_user u ON u.id = COALESCE(k.annotator_id, o.annotator_id)
    {people}
    WHERE o.sample_id = %s AND o.id BETWEEN %s AND %s AND ({condition})
    ORDER BY o.id, i.rank
) TO STDOUT (FORMAT csv, DELIMITER E'\\t')
"""
BATCHES = """
SELECT min(id), max(id) FROM (
    SELECT o.id, (row_number() OVER (ORDER BY o.id) - 1) / %s AS batch FROM samples_object o
    WHERE o.sample_id = %s AND ({condition})
) numbered GROUP BY batch ORDER BY batch
"""
# names of a sample under which several different pictures go, or that not every system can have
AMISS = f"""
SELECT {FOLDED} FROM {{pictures}} i JOIN samples_object o ON o.id = i.object_id
WHERE o.sample_id = %s AND ({{condition}}) GROUP BY 1 HAVING count(DISTINCT i.key) > 1 OR bool_or({UNSAFE})
"""
FILE_NAME = f"CASE WHEN {FOLDED} = ANY(%s) THEN {RENAMED} ELSE i.file_name END"
PICTURE_NAMES = """
SELECT DISTINCT {file_name} AS name, i.key FROM {pictures} i JOIN samples_object o ON o.id = i.object_id
WHERE o.sample_id = %s AND ({condition}) ORDER BY name
"""
# pictures as they came in, or as pages and models see them
ORIGINALS = """
(SELECT id, object_id, rank, file_name, COALESCE(NULLIF(original_key, ''), key) AS key FROM samples_image)
"""
RENDERINGS = r"""
(SELECT id, object_id, rank, key,
    CASE original_key WHEN '' THEN file_name ELSE regexp_replace(file_name, '(\.[^./]*)?$', '.png') END AS file_name
 FROM samples_image)
"""
# of each object the one that pages show
FIRST = """
(SELECT * FROM {pictures} every WHERE NOT EXISTS (
    SELECT FROM samples_image before WHERE before.object_id = every.object_id AND before.rank < every.rank))
"""


def write_package(out: Path, request: ExportRequest, on_progress: Callable[[Written], None]) -> Written:
    """Writes the zip. `on_progress` hears how far it is."""
    written, project_id = Written(), request.project.pk
    columns = _Columns(project_id)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as package:
        samples = Sample.objects.filter(project_id=project_id).order_by("id")
        folders = folder_names(samples)
        for sample in samples:
            exported = _SampleExport(sample, folders[sample.pk], columns, request)
            for rows in exported.write_table(package):
                written.rows += rows
                on_progress(written)
            for _ in exported.copy_pictures(package) if request.images != ImageChoice.NONE else ():
                written.pictures += 1
                if written.pictures % PICTURES == 0:
                    on_progress(written)
        if text := readme_of(Project.objects.select_related("contact").get(pk=project_id)):
            package.writestr(README, text)
        write_traits(package, project_id, request.object_filter, request.signature)
    return written


class _Columns:
    """The project's columns in the order of the table: names, types, and SQL that gives them."""

    def __init__(self, project_id: int):
        free = list(FreeColumn.objects.filter(project_id=project_id))
        objects = [c for c in free if c.level == "object"]
        numbers = sorted((c for c in objects if c.is_number), key=lambda c: c.position or 0)
        texts = [c.name for c in objects if not c.is_number]
        parents = {level: [c.name for c in free if c.level == level] for level in LEVELS}
        self.names = [name for name, _, _ in FIXED] + [f"object_{c.name}" for c in numbers]
        self.names += [name if name == "complement_info" else f"object_{name}" for name in texts]
        self.names += [
            name
            for level, fixed in LEVELS.items()
            for name in (*(k for k, _ in fixed), *(f"{level}_{n}" for n in parents[level]))
        ]
        kinds = [kind for _, kind, _ in FIXED] + ["f"] * len(numbers)
        self.types = [f"[{kind}]" for kind in kinds + ["t"] * (len(self.names) - len(kinds))]
        self.parent_sql, self.parent_params = _parent_columns(parents)
        self.sql = [sql for _, _, sql in FIXED] + [f"w.numbers[{(c.position or 0) + 1}]" for c in numbers]
        self.sql += ["w.texts ->> %s"] * len(texts) + [f"p.c{n}" for n in range(len(self.parent_sql))]
        self.params = texts


def _parent_columns(names: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    sql, params = [], []
    for level, fixed in LEVELS.items():
        sql += [expression for _, expression in fixed] + [f"{FIELDS[level]} ->> %s"] * len(names[level])
        params += names[level]
    return sql, params


class _SampleExport:
    """One sample's folder in the package."""

    def __init__(self, sample: Sample, folder: str, columns: _Columns, request: ExportRequest):
        self.sample = sample
        self.columns = columns
        self.folder = folder
        self.signature = request.signature
        self.pictures = RENDERINGS if request.rendered else ORIGINALS
        if request.images == ImageChoice.FIRST:
            self.pictures = FIRST.format(pictures=self.pictures)
        self.condition, self.params = request.object_filter.where(sample.project_id)
        amiss = [name for (name,) in self._rows(AMISS, [sample.pk, *self.params])]
        self.file_name, self.names = (FILE_NAME, [amiss]) if amiss else ("i.file_name", [])

    def write_table(self, package: zipfile.ZipFile) -> Iterator[int]:
        """Writes the table in batches, yields the lines of each. A sample without objects has no table."""
        batches = self._rows(BATCHES, [BATCH, self.sample.pk, *self.params])
        if not batches:
            return
        with (
            package.open(f"{self.folder}/ecotaxa_{self.folder}.tsv", "w", force_zip64=True) as raw,
            io.BufferedWriter(cast(io.RawIOBase, raw), 2**20) as file,
        ):
            file.write(self._head())
            for first, last in batches:
                yield self._copy_lines(file, first, last)

    def copy_pictures(self, package: zipfile.ZipFile) -> Iterator[str]:
        """Copies each picture once, yields its name."""
        names = {"file_name": self.file_name, "pictures": self.pictures}
        sql = PICTURE_NAMES.format(condition=self.condition, **names)
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, [*self.names, self.sample.pk, *self.params])
            for name, key in cursor:
                # pictures are packed already: storing them is ten times faster
                entry = zipfile.ZipInfo(f"{self.folder}/{name}")
                package.writestr(entry, self._picture(name, key), zipfile.ZIP_STORED)
                yield name

    def _picture(self, name: str, key: str) -> bytes:
        try:
            return read_picture(key)
        except FileNotFoundError as error:
            raise JobError(
                f"The picture {name} of sample {self.sample.original_id} is no longer in the storage ({key}): put it "
                "back from a copy of the storage, or export without images."
            ) from error

    def _head(self) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter="\t", lineterminator="\n").writerows(
            [self.columns.names, self.columns.types]
        )
        return text.getvalue().encode("utf-8-sig")  # EcoTaxa reads UTF-8 only behind a byte order mark

    def _copy_lines(self, file: IO[bytes], first: int, last: int) -> int:
        columns = ", ".join(self.columns.sql).format(
            file_name=self.file_name, person=self.signature.name, email=self.signature.email
        )
        parents = ", ".join(f"{sql} AS c{n}" for n, sql in enumerate(self.columns.parent_sql))
        objects = [self.sample.pk, first, last]
        params = [*self.columns.parent_params, self.sample.pk, first, last, *objects]
        params += [*self.names, *self.columns.params]
        params += [first, last, self.sample.project_id, *objects, *self.params]
        sql = LINES.format(
            columns=columns,
            parents=parents,
            condition=self.condition,
            pictures=self.pictures,
            people=JOIN_PEOPLE,
        )
        with connection.cursor() as cursor:
            with cursor.copy(sql, params) as copy:
                for block in copy:
                    file.write(block)
            return cursor.rowcount

    def _rows(self, sql: str, params: list) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(condition=self.condition, pictures=self.pictures), params)
            return cursor.fetchall()
