"""Size spectra as DataFrames."""

from seston_client.spectra import CLASS_COLUMNS, LINE_COLUMNS, frames_of_spectra

LINE = {
    "slope": -0.9,
    "slope_interval": [-1.1, -0.7],
    "intercept": 0.5,
    "intercept_interval": [0.2, 0.8],
    "r_squared": 0.97,
    "classes": 6,
    "interval_by": "bootstrap over samples",
}
SIZE_CLASS = {
    "from_mm3": 0.5,
    "to_mm3": 1.0,
    "objects": 12,
    "abundance": 3.0,
    "biovolume": 2.0,
    "nass": 6.0,
    "nbss": 4.0,
    "in_line": True,
}


def spectrum(name: str, line: dict | None, warning: str = "") -> dict:
    group = {"id": 1, "name": name}
    return {
        "group": group,
        "samples": 2,
        "objects": 12,
        "line": line,
        "classes": [SIZE_CLASS],
        "warning": warning,
    }


def test_a_line_with_its_intervals_and_its_classes():
    lines, classes = frames_of_spectra([spectrum("day", LINE), spectrum("night", None, "Too few classes.")])
    day, night = lines.to_dict("records")
    assert (day["slope"], day["slope_low"], day["slope_high"], day["classes"]) == (-0.9, -1.1, -0.7, 6)
    assert night["slope"] != night["slope"] and night["warning"] == "Too few classes."
    assert classes["group"].tolist() == ["day", "night"] and classes["nbss"].tolist() == [4.0, 4.0]


def test_nothing_has_its_columns():
    lines, classes = frames_of_spectra([])
    assert list(lines.columns) == LINE_COLUMNS and list(classes.columns) == CLASS_COLUMNS
