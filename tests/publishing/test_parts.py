"""Numbers, cells, dates, devices and people, each by itself."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.accounts.models import User
from annotations.publishing.effort import cruise_of, instrument_of, net_of
from annotations.publishing.extents import EventExtent, iso_interval
from annotations.publishing.identifiers import acquisition_id, dataset_root, former, layer_id, sample_id
from annotations.publishing.measurements import SAMPLING_DEVICE, measurement
from annotations.publishing.people import people_in, person_of
from annotations.publishing.tables import OCCURRENCES, TABLES, cell_of
from annotations.publishing.vocabulary import darwin_core_terms, measurement_terms

ROOT = dataset_root(1, "https://plankton.example.org")
names = st.text(min_size=1, max_size=12)


@given(names, names, names, names)
def test_different_things_have_different_numbers(sample, acquisition, other, another):
    mine = {
        sample_id(ROOT, sample),
        acquisition_id(ROOT, sample, acquisition),
        layer_id(ROOT, sample, (0, 50)),
    }
    assert len(mine) == 3
    if (sample, acquisition) != (other, another):
        assert acquisition_id(ROOT, sample, acquisition) != acquisition_id(ROOT, other, another)


@given(names)
def test_two_sites_share_no_number_and_remember_what_it_was(sample):
    ours, theirs = "https://a.example.org", "https://a.example.org:8000/sea"
    mine, other = (sample_id(dataset_root(1, site), sample) for site in (ours, theirs))
    assert mine != other and mine.startswith("a.example.org:")
    assert former(mine, ours) == former(other, theirs) == sample_id(dataset_root(1, ""), sample)
    assert former(sample_id(dataset_root(1, ""), sample), "") == ""


@given(st.dictionaries(st.sampled_from(OCCURRENCES.columns), st.text()))
def test_a_row_is_one_line_of_as_many_cells_as_the_table_has_columns(row):
    line = OCCURRENCES.line(row)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert line.count("\t") == len(OCCURRENCES.columns) - 1


def test_every_column_has_a_term_and_every_term_a_source():
    assert {column for table in TABLES for column in table.columns} <= darwin_core_terms().keys()
    uris = [term.uri for term in measurement_terms().values()]
    assert all(uri.startswith("http://vocab.nerc.ac.uk/collection/") and uri.endswith("/") for uri in uris)
    assert len(set(uris)) == len(uris)


def test_a_cell_holds_no_breaks():
    assert cell_of("Bay\tof\r\nBiscay\x00") == "Bay of Biscay"
    assert cell_of(None) == ""


@pytest.mark.parametrize(
    ("first", "last", "has_time", "written"),
    [
        (datetime(2026, 2, 3, 8, 30, tzinfo=UTC),) * 2 + (True, "2026-02-03T08:30:00Z"),
        (
            datetime(2026, 2, 3, 0, 30, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 2, 4, tzinfo=UTC),
            True,
            "2026-02-02T22:30:00Z/2026-02-04T00:00:00Z",
        ),
        (datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 2, 3, 5, tzinfo=UTC), False, "2026-02-03"),
        (None, None, False, ""),
    ],
)
def test_dates_are_utc_and_intervals(first, last, has_time, written):
    assert iso_interval(first, last, has_time) == written


def test_about_the_date_line_there_is_no_box_round_the_earth():
    extent = EventExtent((1, 0, 0), 2, 10, 180, 10, 10, -179.9, 179.9, None, None, None, None, False)
    assert (extent.wkt, extent.uncertainty_m) == ("", None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UVP5SD", "TOOL1577"),
        ("Zooscan", "TOOL1581"),
        ("isiis-2", ""),
        ("ISIIS", "TOOL1561"),
        ("my camera", ""),
    ],
)
def test_a_device_has_a_number_only_where_the_list_has_one(name, code):
    assert instrument_of(name).term.uri.rstrip("/").rpartition("/")[2] == code


def test_a_net_is_named_and_numbers_that_nobody_measured_are_none():
    net = net_of({"net_type": "regent", "net_mesh": "-1", "net_surf": "99999"})
    row = measurement(SAMPLING_DEVICE, net.device, "e")
    assert (row["measurementValue"], row["measurementValueID"]) == ("Regent net", "")
    assert (net.mesh_um, net.mouth_m2) == (None, None)
    assert cruise_of({"program": "Point B", "cruise": " "}) == "Point B"


def test_an_address_within_a_name_does_not_go_out():
    contact = person_of(User(first_name="Ann", last_name="Sea <ann@example.org>"))
    assert (contact.given_names, contact.surname) == ("Ann", "Sea <a…@…>")


def test_people_are_written_one_after_the_other():
    ada, bee = people_in("Ada M. Lovelace, Marine Station, Villefranche;\n Bee ")
    assert (ada.given_names, ada.surname, ada.organisation) == (
        "Ada M.",
        "Lovelace",
        "Marine Station, Villefranche",
    )
    assert (bee.given_names, bee.surname, bee.cited) == ("", "Bee", "Bee")
