"""Cells that many lines share: those of an acquisition, a taxon, an annotator.

PostgreSQL writes into each line only whose they are, between two marks, and the cells themselves once a batch. To join
them to every object, and to carry their texts through it, took a third of its time.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from annotations.exports.columns import TableColumn
from annotations.exports.statements import OWNERS, SHARED

AND = "/"  # between two owners
KINDS = {
    "s.": "acquisition",
    "a.": "acquisition",
    "t.": "taxon",
    "{person}": "annotator",
    "{email}": "annotator",
}


def kind_of(column: TableColumn) -> str:
    """Whose it is; an empty text where it is the object's own."""
    return next((kind for start, kind in KINDS.items() if column.sql.startswith(start)), "")


@dataclass(frozen=True)
class SharedCells:
    """Columns of one kind that follow each other: their SQL with its parameters."""

    kind: str
    cells: list[str]
    params: list
    project_id: int
    delimiter: str

    def read(self, session: BaseDatabaseWrapper, owners: set[bytes]) -> dict[bytes, bytes]:
        """Each owner → its cells, as they stand in a line."""
        texts = {b"": self.delimiter.encode() * (len(self.cells) - 1)}
        sql = SHARED[self.kind].format(
            cells=", ".join(self.cells), delimiter=self.delimiter.replace("\t", r"\t")
        )
        with session.cursor() as cursor, cursor.copy(sql, [*self.params, *self._params_of(owners)]) as copy:
            for line in copy:
                owner, _, text = bytes(line).removesuffix(b"\n").partition(self.delimiter.encode())
                texts[owner] = text
        return texts

    def _params_of(self, owners: set[bytes]) -> list:
        """Parameters of the query, in its order."""
        waiting = {owner for owner in owners if owner.startswith(b"n")}
        numbers = [int(owner) for owner in owners - waiting if owner]
        if self.kind == "taxon":
            return [numbers, [int(owner[1:]) for owner in waiting]]
        return [self.project_id, numbers] if self.kind == "annotator" else [numbers]


@dataclass(frozen=True)
class SharedRun:
    """Shared cells that follow each other in a line, also of several owners."""

    cells: list[SharedCells]

    def owners(self, mark: str) -> str:
        """SQL of what stands in a line in their place: owners between marks, nothing for one that there is not."""
        owners = f" || '{AND}' || ".join(OWNERS[each.kind] for each in self.cells)
        return f"'{mark}' || {owners} || '{mark}'"

    def read(self, session: BaseDatabaseWrapper, owners: set[bytes]) -> dict[bytes, bytes]:
        """What stands in a line → the cells that belong there."""
        every = [owner.split(AND.encode()) for owner in owners]
        texts = [
            cells.read(session, set(own))
            for cells, own in zip(self.cells, zip(*every, strict=True), strict=True)
        ]
        delimiter = self.cells[0].delimiter.encode()
        return {
            owner: delimiter.join(of[each] for of, each in zip(texts, own, strict=True))
            for owner, own in zip(owners, every, strict=True)
        }


def filled_in(session: BaseDatabaseWrapper, parts: list[bytes], runs: list[SharedRun]) -> bytes:
    """Lines, cut at the marks, with the cells of all owners in their places."""
    for place, run in enumerate(runs):
        here = slice(2 * place + 1, None, 2 * len(runs))
        texts = run.read(session, set(parts[here]))
        parts[here] = map(texts.__getitem__, parts[here])
    return b"".join(parts)
