"""Writes a project as an EcoTaxa package: one table a sample, streamed from the database into the zip."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from django.db import connection

from annotations.exports.archive import ArchiveWriter
from annotations.exports.columns import TableColumn, package_columns
from annotations.exports.lines import LineBatch, LineBlock, Lines, pictures_of
from annotations.exports.names import FOLDED, RENAMED, UNSAFE, folder_names
from annotations.exports.prefetching import read_ahead
from annotations.exports.readme import NAME as README
from annotations.exports.readme import readme_of
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.exports.sessions import set_up_session
from annotations.exports.traits import write_traits
from annotations.jobs.errors import JobError
from annotations.pictures.store import read_picture
from annotations.projects.models import Project
from annotations.samples.models import Sample

PICTURES = 200  # between two reports
REACH = "SELECT min(id), max(id) FROM samples_object WHERE sample_id = %s"
# names of a sample under which several different pictures go, or that not every system can have; its reach spares the
# pictures of all others
AMISS = f"""
SELECT {FOLDED} FROM {{pictures}} i JOIN samples_object o ON o.id = i.object_id
WHERE i.object_id BETWEEN %s AND %s AND o.sample_id = %s AND ({{condition}})
GROUP BY 1 HAVING min(i.key COLLATE "C") <> max(i.key COLLATE "C") OR bool_or({UNSAFE})
"""
FILE_NAME = f"CASE WHEN {FOLDED} = ANY(%s) THEN {RENAMED} ELSE i.file_name END"
PICTURE_NAMES = """
SELECT DISTINCT {file_name} AS name, i.key FROM {pictures} i JOIN samples_object o ON o.id = i.object_id
WHERE o.sample_id = %s AND ({condition}) ORDER BY name
"""


def write_package(out: Path, request: ExportRequest, on_progress: Callable[[Written], None]) -> Written:
    """Writes the zip. `on_progress` hears how far it is."""
    written, project_id = Written(), request.project.pk
    columns = package_columns(request.project)
    set_up_session()
    with ArchiveWriter(out) as package:
        for exported, blocks in _tables(request, columns):
            for rows in exported.write_table(package, blocks):
                written.rows += rows
                on_progress(written)
            for _ in exported.copy_pictures(package) if request.images != ImageChoice.NONE else ():
                written.pictures += 1
                if written.pictures % PICTURES == 0:
                    on_progress(written)
        if text := readme_of(Project.objects.select_related("contact").get(pk=project_id)):
            package.text(README, text)
        write_traits(package, project_id, request.object_filter, request.signature)
    return written


def _tables(
    request: ExportRequest, columns: list[TableColumn]
) -> Iterator[tuple["_SampleExport", Iterator[LineBlock]]]:
    """Each sample with its lines, which are read ahead over the ends of samples. One without objects has no table."""
    samples = Sample.objects.filter(project_id=request.project.pk).order_by("id")
    folders, exports = folder_names(samples), {}

    def batches() -> Iterator[LineBatch]:
        for sample in samples:
            exports[sample.pk] = _SampleExport(sample, folders[sample.pk], columns, request)
            yield from exports[sample.pk].lines.batches()

    for sample_id, blocks in groupby(read_ahead(batches()), key=lambda block: block.lines.sample_id):
        yield exports.pop(sample_id), blocks


class _SampleExport:
    """One sample's folder in the package."""

    def __init__(self, sample: Sample, folder: str, columns: list[TableColumn], request: ExportRequest):
        self.sample = sample
        self.folder = folder
        self.columns = columns
        self.pictures = pictures_of(request)
        self.condition, self.params = request.object_filter.where(sample.project_id)
        reach = self._rows(REACH, [sample.pk])[0]
        amiss = [name for (name,) in self._rows(AMISS, [*reach, sample.pk, *self.params])]
        self.file_name, self.names = (FILE_NAME, [amiss]) if amiss else ("i.file_name", [])
        has_all = request.images != ImageChoice.FIRST
        self.lines = Lines(request, columns, sample.pk, has_all, self.file_name, self.names)

    def write_table(self, package: ArchiveWriter, blocks: Iterator[LineBlock]) -> Iterator[int]:
        """Writes the table in batches, yields the lines of each."""
        with package.table(f"{self.folder}/ecotaxa_{self.folder}.tsv") as file:
            file.write(self._head())
            for block in blocks:
                file.write(block.content)
                yield block.rows

    def copy_pictures(self, package: ArchiveWriter) -> Iterator[str]:
        """Copies each picture once, yields its name."""
        names = {"file_name": self.file_name, "pictures": self.pictures}
        sql = PICTURE_NAMES.format(condition=self.condition, **names)
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, [*self.names, self.sample.pk, *self.params])
            for name, key in cursor:
                package.picture(f"{self.folder}/{name}", self._picture(name, key))
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
            [[column.name for column in self.columns], [f"[{column.kind}]" for column in self.columns]]
        )
        return text.getvalue().encode("utf-8-sig")  # EcoTaxa reads UTF-8 only behind a byte order mark

    def _rows(self, sql: str, params: list) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(condition=self.condition, pictures=self.pictures), params)
            return cursor.fetchall()
