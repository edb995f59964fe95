"""Sizes that objects have both in pixels and in a unit, which say how large a pixel is."""

import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotations.imports.ecotaxa.pixel_units import MICRONS, UNIT_NAMES, unit_in

LIKE = 0.2  # by how much sizes from measurements, which are rounded, may differ
_UNIT_OF_SIZE = "|".join(f"(?P<{unit}>{names})" for unit, names in UNIT_NAMES.items() if unit != "m")
_SUFFIX = re.compile(rf"^(?P<stem>.+?)_?[\[(]?(?:{_UNIT_OF_SIZE})(?P<square>2|²)?[\])]?$")
_PIXEL_SUFFIXES = ("", "_px", "_pix", "_pixel", "_pixels", "_px2")
_LENGTHS = re.compile(
    r"^(?:region_)?(?:feret|major|minor|esd|equivalent_diameter|perim\.?|perimeter|length|width|height|diameter"
    r"|maj|min_axis|max_axis|major_axis|minor_axis|bounding_box_\w+|area)"
)
_cache: dict[frozenset[str], list[tuple[str, str, float, int]]] = {}


@dataclass
class SizePairs:
    """Sizes that objects of an acquisition have both in pixels and in a unit: each gives the size of a pixel."""

    ratios: list[float] = field(default_factory=list)

    def note(self, numbers: Mapping[str, float | None]) -> None:
        for in_unit, in_pixels, microns, power in _pairs(frozenset(numbers)):
            size, pixels = numbers[in_unit], numbers[in_pixels]
            if size and pixels and size > 0 and pixels > 0:
                self.ratios.append((size * microns**power / pixels) ** (1 / power))

    @property
    def micrometres(self) -> float | None:
        """µm a pixel, where the objects agree."""
        if not self.ratios:
            return None
        middle = statistics.median(self.ratios)
        agree = sum(abs(ratio / middle - 1) < LIKE for ratio in self.ratios)
        return middle if agree > 0.8 * len(self.ratios) else None


def _pairs(names: frozenset[str]) -> list[tuple[str, str, float, int]]:
    """(column in a unit, the same in pixels, µm a unit, 2 for areas) among the columns of objects."""
    if names not in _cache:
        _cache[names] = list(_find_pairs(names))
    return _cache[names]


def _find_pairs(names: frozenset[str]) -> Iterable[tuple[str, str, float, int]]:
    for name in sorted(names):
        match = _SUFFIX.match(name)
        if match is None or not _LENGTHS.match(name):
            continue
        in_pixels = next(
            (match["stem"] + suffix for suffix in _PIXEL_SUFFIXES if match["stem"] + suffix in names), ""
        )
        if in_pixels:
            is_area = bool(match["square"]) or "area" in match["stem"]
            yield name, in_pixels, MICRONS[unit_in(match)], 2 if is_area else 1
