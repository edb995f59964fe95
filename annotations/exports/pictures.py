"""Pictures beside a table, in folders by sample or taxon, or all in one."""

from collections.abc import Iterator

from django.db import connection

from annotations.exports.archive import ArchiveWriter
from annotations.exports.layout import folder_of, picture_name
from annotations.exports.lines import pictures_of
from annotations.exports.names import distinct_names, folder_names
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.jobs.errors import JobError
from annotations.pictures.store import read_picture
from annotations.samples.models import Sample

PICTURES = 200  # between two reports
TAXA = """
SELECT DISTINCT t.id, t.display_name FROM samples_object o JOIN taxonomy_taxon t ON t.id = o.taxon_id
WHERE o.project_id = %s AND ({condition}) ORDER BY t.id
"""
STORED = """
SELECT o.id, o.sample_id, o.taxon_id, i.rank, i.file_name, i.key
FROM samples_object o JOIN {pictures} i ON i.object_id = o.id
WHERE o.project_id = %s AND ({condition}) ORDER BY o.id, i.rank
"""


def taxa_in(request: ExportRequest) -> dict[int, str]:
    """The names of the taxa that matching objects have, by their numbers."""
    condition, params = request.object_filter.where(request.project.pk)
    with connection.cursor() as cursor:
        cursor.execute(TAXA.format(condition=condition), [request.project.pk, *params])
        return dict(cursor.fetchall())


def stored_picture(key: str, name: str) -> bytes:
    """Its bytes. Raises JobError that says what to do where it is gone."""
    try:
        return read_picture(key)
    except FileNotFoundError as error:
        raise JobError(
            f"The picture {name} is no longer in the storage ({key}): put it back from a copy of the storage, or "
            "export without images."
        ) from error


def copy_pictures(
    package: ArchiveWriter, request: ExportRequest, written: Written, on_progress: OnProgress
) -> None:
    """Those that the request asks for, below `images/`."""
    if request.images == ImageChoice.NONE:
        return
    samples = folder_names(Sample.objects.filter(project=request.project).order_by("id"))
    taxa = distinct_names(taxa_in(request).items())
    for pk, sample, taxon, rank, file_name, key in _rows(request):
        folder = folder_of(
            request.options.get("layout", ""), samples[sample], taxa.get(taxon, "unclassified")
        )
        package.picture(f"images/{folder}{picture_name(pk, rank, file_name)}", stored_picture(key, file_name))
        written.pictures += 1
        if written.pictures % PICTURES == 0:
            on_progress(written)


def _rows(request: ExportRequest) -> Iterator[tuple]:
    condition, params = request.object_filter.where(request.project.pk)
    sql = STORED.format(pictures=pictures_of(request), condition=condition)
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [request.project.pk, *params])
        yield from cursor
