"""The scans that an import has added, as its checkpoint keeps them: after each of ten thousand frames of a video."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class AddedScans:
    """Their numbers in their order. `runs` are the first and the last of each that follow each other."""

    runs: list[list[int]]

    @classmethod
    def of_checkpoint(cls, note: dict) -> "AddedScans":
        """Earlier versions kept each number: an import that went on through an update of the site has those."""
        added = cls([list(run) for run in note.get("scan_runs", [])])
        for number in [] if added else note.get("scans", []):
            added.add(number)
        return added

    def add(self, number: int) -> None:
        if self.runs and self.runs[-1][1] == number - 1:
            self.runs[-1][1] = number
        else:
            self.runs.append([number, number])

    def __iter__(self) -> Iterator[int]:
        for first, last in self.runs:
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.runs)
