"""What an update changes, for people: column by column with examples, and all of a column a page at a time."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.http import Http404

from annotations.accounts.models import User
from annotations.common.keyset import Cursor
from annotations.metadata.levels import level_of
from annotations.metadata.models import CorrectedValue, PackageUpdate
from annotations.metadata.packages.cells import heading_of
from annotations.projects.models import Project

EXAMPLES = 3  # of a column
A_PAGE = 50
FIRST = """
SELECT c.level, k.name, v.row_id, v.old, v.new
FROM metadata_correction c CROSS JOIN unnest(c.columns) k (name) CROSS JOIN LATERAL (
    SELECT v.row_id, v.old, v.new FROM metadata_correctedvalue v
    WHERE v.correction_id = c.id AND v."column" = k.name ORDER BY v.row_id LIMIT %s) v
WHERE c.package_id = %s
"""


def open_package_update(project: Project, user: User, update_id: int) -> PackageUpdate:
    """Raises Http404 for one that is not there, or somebody else's preview."""
    rows = PackageUpdate.objects.select_related("project", "user", "job")
    update = rows.filter(project=project, pk=update_id).first()
    if update is None or (update.applied is None and update.user != user):
        raise Http404("There is no such update in this project, or its preview is somebody else's.")
    return update


class ChangedValue(NamedTuple):
    row: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedColumn:
    level: str
    key: str
    values: int
    examples: list[ChangedValue]

    @property
    def heading(self) -> str:
        """As the package calls it."""
        return heading_of(self.level, self.key)

    @property
    def of(self) -> str:
        level = level_of(self.level)
        return level.one if self.values == 1 else level.many


def changed_columns(update: PackageUpdate) -> list[ChangedColumn]:
    examples = _examples(update)
    return [
        ChangedColumn(
            one["level"], one["column"], one["values"], examples.get((one["level"], one["column"]), [])
        )
        for one in update.columns
    ]


def open_column(columns: list[ChangedColumn], level: str, key: str) -> ChangedColumn:
    """Raises Http404 for one that the update does not change."""
    for column in columns:
        if (column.level, column.key) == (level, key):
            return column
    raise Http404("The update changes no such column: name one of its columns, with its level.")


def _examples(update: PackageUpdate) -> dict[tuple[str, str], list[ChangedValue]]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST, [EXAMPLES, update.pk])
        rows = cursor.fetchall()
    names = {
        level: level_of(level).names([row[2] for row in rows if row[0] == level])
        for level in {row[0] for row in rows}
    }
    examples: dict[tuple[str, str], list[ChangedValue]] = {}
    for level, column, row_id, old, new in rows:
        name = names[level].get(row_id, "gone by now")
        examples.setdefault((level, column), []).append(ChangedValue(name, old, new))
    return examples


def column_page(
    update: PackageUpdate, level: str, column: str, cursor: str
) -> tuple[list[ChangedValue], str | None]:
    """A page of the values of a column, and the cursor of the next. Raises ValidationError for a damaged cursor."""
    after = Cursor.decode(cursor, "row").id if cursor else 0
    values = CorrectedValue.objects.filter(
        correction__package=update, correction__level=level, column=column, row_id__gt=after
    )
    page = list(values.order_by("row_id")[: A_PAGE + 1])
    names = level_of(level).names([value.row_id for value in page[:A_PAGE]])
    following = Cursor("row", None, page[A_PAGE - 1].row_id).encode() if len(page) > A_PAGE else None
    rows = [
        ChangedValue(names.get(value.row_id, "gone by now"), value.old, value.new) for value in page[:A_PAGE]
    ]
    return rows, following
