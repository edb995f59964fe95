"""The scans that an import has added, as its checkpoint keeps them: after each of ten thousand frames of a video."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class AddedScans:
    """Their numbers in their order. `runs` are the first and the last of each that follow each other."""

    runs: list[list[int]]

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
