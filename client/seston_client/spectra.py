"""Size spectra as two DataFrames: the lines, and the classes that they go through."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

LINE_COLUMNS = [
    *("group", "group_id", "samples", "objects", "slope", "slope_low", "slope_high"),
    *("intercept", "intercept_low", "intercept_high", "r_squared", "classes", "interval_by", "warning"),
]
CLASS_COLUMNS = [
    *("group", "group_id", "from_mm3", "to_mm3", "objects", "abundance", "biovolume"),
    *("nass", "nbss", "in_line"),
]


def frames_of_spectra(spectra: Iterable[Mapping[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a line; one row a class. A line that could not be drawn has no slope, and its `warning` says why."""
    lines: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []
    for spectrum in spectra:
        group = {"group": spectrum["group"]["name"], "group_id": spectrum["group"]["id"]}
        own = {name: spectrum[name] for name in ("samples", "objects", "warning")}
        lines.append({**group, **own, **_line(spectrum["line"])})
        classes += [{**group, **size_class} for size_class in spectrum["classes"]]
    return pd.DataFrame(lines, columns=LINE_COLUMNS), pd.DataFrame(classes, columns=CLASS_COLUMNS)


def _line(line: Mapping[str, Any] | None) -> dict[str, Any]:
    if line is None:
        return {}
    bounds = {}
    for name in ("slope", "intercept"):
        bounds[f"{name}_low"], bounds[f"{name}_high"] = line[f"{name}_interval"]
    return {**line, **bounds}
