"""Where each object of a package stands first, however many millions they are."""

from array import array
from typing import NamedTuple

from annotations.imports.ecotaxa.key_numbers import KeyNumbers


class First(NamedTuple):
    """Where an object stands first: its sample, the table's number, the line, and a digest of what the line says."""

    sample: str
    table: int
    line: int
    digest: int


class FirstLines:
    """The first line of each object, in some 50 bytes an object."""

    def __init__(self) -> None:
        self._ids = KeyNumbers()
        self.samples: dict[str, int] = {}  # name → its number
        self._names: list[str] = []  # of samples
        self._columns = array("I"), array("I"), array("Q"), array("q")  # sample, table, line, digest

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, object_id: object) -> bool:
        return isinstance(object_id, str) and self._ids.find(object_id) is not None

    def get(self, object_id: str) -> First | None:
        number = self._ids.find(object_id)
        return None if number is None else self._at(number)

    def note(self, object_id: str, line: First) -> First | None:
        """What stands first already, or None where this line is the first."""
        number, is_new = self._ids.add(object_id)
        if not is_new:
            return self._at(number)
        if line.sample not in self.samples:
            self.samples[line.sample] = len(self._names)
            self._names.append(line.sample)
        samples, tables, lines, digests = self._columns
        samples.append(self.samples[line.sample])
        tables.append(line.table)
        lines.append(line.line)
        digests.append(line.digest)
        return None

    def _at(self, number: int) -> First:
        sample, table, line, digest = (column[number] for column in self._columns)
        return First(self._names[sample], table, line, digest)
