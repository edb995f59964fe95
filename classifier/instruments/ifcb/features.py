"""Measurements of a bin's regions, `BIN_fea_v2.csv`, `BIN_fea_v4.csv` or `BIN_features_v4.csv`.

A line a region under names of columns, the first of which is `roi_number`: as ifcb-analysis (`make_feature_matrices.m`)
and `ifcb-features` write them, and iRfcb and the IFCB Dashboard look for them. In pixels.
"""

import csv
import io
import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from classifier.instruments.ifcb.classes import LabelFileError

NUMBER = "roi_number"
MISSING = ("", "na", "null")  # as R and databases write what was not measured


@dataclass(frozen=True, slots=True)
class RegionFeatures:
    """A bin has some 240 columns for each of thousands of regions: names are shared, numbers are doubles."""

    names: tuple[str, ...]
    numbers: array

    @property
    def values(self) -> dict[str, float]:
        """By name in small letters, as EcoTaxa has them, without those that could not be measured."""
        pairs = zip(self.names, self.numbers, strict=True)
        return {name: value for name, value in pairs if math.isfinite(value)}


def features_in_csv(content: bytes) -> Mapping[int, RegionFeatures]:
    """By the regions' numbers. Raises LabelFileError, with the line, for what is no such table."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    head = [name.strip().lower() for name in next(rows, [])]
    if head[:1] != [NUMBER]:
        raise LabelFileError(f"Its first column is not {NUMBER}.", 1)
    return dict(_lines(rows, tuple(head)))


def _lines(rows: Iterator[list[str]], head: tuple[str, ...]) -> Iterator[tuple[int, RegionFeatures]]:
    for line, row in enumerate(rows, 2):
        if not row:
            continue
        if len(row) != len(head):
            raise LabelFileError(f"The line has {len(row)} columns, the first one {len(head)}.", line)
        try:
            numbers = array("d", [float("nan" if cell.strip().lower() in MISSING else cell) for cell in row])
            region = int(numbers[0])
        except (ValueError, OverflowError):
            raise LabelFileError("The line holds what is no number.", line) from None
        yield region, RegionFeatures(head[1:], numbers[1:])
