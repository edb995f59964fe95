from datetime import date, time

import pytest

from annotations.imports import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("420", time(4, 20)),
        ("0420", time(4, 20)),
        ("93000", time(9, 30)),
        ("153100", time(15, 31)),
        ("15:31:02", time(15, 31, 2)),
        ("05:31", time(5, 31)),
        ("020139.315", time(2, 1, 39, 315000)),
        ("", None),
    ],
)
def test_a_time_of_day_is_read_as_ecotaxa_writes_it(text, expected):
    assert values.clock(text) == expected


@pytest.mark.parametrize("text", ["5:31", "2561", "noon", "1234567", "24:00:00"])
def test_what_is_no_time_of_day_is_told(text):
    with pytest.raises(ValueError, match="HHMMSS"):
        values.clock(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("20260412", date(2026, 4, 12)), ("2026-04-12", date(2026, 4, 12)), ("", None)]
)
def test_dates(text, expected):
    assert values.day(text) == expected


@pytest.mark.parametrize("text", ["12/04/2026", "20261301", "2026", "20260230"])
def test_what_is_no_date_is_told(text):
    with pytest.raises(ValueError, match="YYYYMMDD"):
        values.day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("43.5", 43.5),
        ("-12", -12.0),
        ("43°30", 43.5),
        ("-43°30.0", -43.5),
        ("43°30 36", 43.51),
        ("43°30'36''N", 43.51),
        ("43.5 N", 43.5),
        ("43.5° S", -43.5),
        ("\u221243.5", -43.5),
        ("-9999", None),
        ("nan", None),
    ],
)
def test_latitudes_in_degrees_and_in_minutes(text, expected):
    assert (
        values.latitude(text) == pytest.approx(expected)
        if expected is not None
        else values.latitude(text) is None
    )


@pytest.mark.parametrize("text", ["90.1", "-91", "43°75", "north", "inf", "7.3 W", "-43.5 S", "95 N", "999"])
def test_what_is_no_latitude_is_told(text):
    with pytest.raises(ValueError):
        values.latitude(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("1e3", 1000.0), ("NaN", None), ("na", None), ("", None), ("inf", None)]
)
def test_measures(text, expected):
    assert values.measure(text) == expected


@pytest.mark.parametrize("text", ["1,5", "-inf", "big"])
def test_what_is_no_measure_is_told(text):
    with pytest.raises(ValueError):
        values.measure(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("predicted", "P"), ("Validated", "V"), ("DUBIOUS", "D"), ("", ""), ("noid", "")]
)
def test_states_in_any_case(text, expected):
    assert values.state(text) == expected


@pytest.mark.parametrize(
    ("text", "metres"),
    [("10.5", 10.5), ("10935", 10935), ("9999.99", None), ("99999", None), ("-999", None), ("", None)],
)
def test_depths(text, metres):
    assert values.depth(text) == metres


@pytest.mark.parametrize("text", ["99000", "-12000"])
def test_what_no_sea_has_is_no_depth(text):
    with pytest.raises(ValueError, match="no sea has 11,500 m"):
        values.depth(text)
