"""The columns of the tables: the free ones, of which a project may have hundreds, and all that can be corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.metadata.columns import FIELD, OWN_OF
from annotations.metadata.levels import LEVELS, Level
from annotations.projects.models import Role
from annotations.projects.optionlists import Chooser, ListEntry, OptionList, register
from annotations.samples.models import FreeColumn


def free_key(level: Level) -> str:
    return f"free-columns-of-{level.path}"


def all_key(level: Level) -> str:
    return f"columns-of-{level.path}"


@dataclass(frozen=True)
class FreeColumnList:
    """Sent as `field:NAME`, for a table has columns of its own beside them."""

    level: Level
    least: Role | None = Role.VIEWER

    @property
    def key(self) -> str:
        return free_key(self.level)

    def matching(self, chooser: Chooser, text: str, limit: int) -> list[ListEntry]:
        return self._by_name.matching(chooser, text, limit)

    def named(self, chooser: Chooser, values: Sequence[str]) -> list[ListEntry]:
        return self._by_name.named(chooser, [value.removeprefix(FIELD) for value in values])

    @property
    def _by_name(self) -> OptionList:
        return OptionList(
            key=self.key,
            rows=lambda chooser: FreeColumn.objects.filter(project=chooser.in_project, level=self.level.key),
            option=lambda column: ListEntry(f"{FIELD}{column.name}", column.name),
            searched=("name",),
            field="name",
        )


@dataclass(frozen=True)
class ColumnList:
    """The columns of all rows before the free ones; without names, for one name for many is never meant."""

    level: Level
    least: Role | None = Role.VIEWER

    @property
    def key(self) -> str:
        return all_key(self.level)

    def matching(self, chooser: Chooser, text: str, limit: int) -> list[ListEntry]:
        words = text.casefold().split()
        own = [entry for entry in self._own if all(word in entry.name.casefold() for word in words)]
        return [*own, *FreeColumnList(self.level).matching(chooser, text, limit)][:limit]

    def named(self, chooser: Chooser, values: Sequence[str]) -> list[ListEntry]:
        own = [entry for entry in self._own if entry.value in values]
        return [*own, *FreeColumnList(self.level).named(chooser, values)]

    @property
    def _own(self) -> list[ListEntry]:
        columns = OWN_OF[self.level.key].values()
        return [ListEntry(column.key, column.title) for column in columns if column.key != "name"]


register(*map(FreeColumnList, LEVELS), *map(ColumnList, LEVELS))
