"""Pictures beside a table, in folders by sample or taxon, or all in one."""

from collections.abc import Iterator

from django.db import connection

from annotations.exports.archive import ArchiveWriter
from annotations.exports.layout import picture_path
from annotations.exports.lines import pictures_of
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.jobs.errors import JobError
from annotations.pictures.store import read_picture

PICTURES = 200  # between two reports
STORED = """
SELECT {path}, i.file_name, i.key
FROM samples_object o JOIN {pictures} i ON i.object_id = o.id
WHERE o.project_id = %s AND ({condition}) ORDER BY o.id, i.rank
"""


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
    for path, file_name, key in _rows(request):
        package.picture(path, stored_picture(key, file_name))
        written.pictures += 1
        if written.pictures % PICTURES == 0:
            on_progress(written)


def _rows(request: ExportRequest) -> Iterator[tuple]:
    path, path_params = picture_path(request)
    condition, params = request.object_filter.where(request.project.pk)
    sql = STORED.format(path=path, pictures=pictures_of(request), condition=condition)
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [*path_params, request.project.pk, *params])
        yield from cursor
