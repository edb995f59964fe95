"""Corrected counts among the tables of results: estimates with their intervals."""

import csv
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.abundance.models import AbundanceTable
from annotations.results.corrected import corrected_rows
from annotations.samples.models import Acquisition, Sample
from annotations.volumes.models import VolumeSettings
from tests.abundance.tables import add_figure


@pytest.fixture
def estimated(tow, alice, client):
    """7.5 of 10 objects, 4.25 to 9; a quarter of 50 m³ was looked at."""
    Sample.objects.update(fields={"tot_vol": "50"})
    Acquisition.objects.update(fields={"sub_part": "4"})
    add_figure(tow.objects[0], tow.copepoda, alice)
    client.force_login(alice)
    return tow


def rows_of(client, tow, quantity: str) -> list[dict]:
    address = f"/api/v1/projects/{tow.project.pk}/results/?counts=corrected&quantity={quantity}"
    return json.loads(client.get(address).getvalue())


@pytest.mark.parametrize(
    ("quantity", "value", "low", "high"),
    [
        ("count", 7.5, 4.25, 9),
        ("share", 0.75, 0.425, 0.9),
        ("concentration", 7.5 * 4 / 50, 4.25 * 4 / 50, 9 * 4 / 50),
        ("biovolume", None, None, None),
        ("mean_size", None, None, None),
    ],
)
def test_a_figure_comes_with_its_interval(client, estimated, quantity, value, low, high):
    VolumeSettings.objects.create(project=estimated.project, volume_unit="m3")
    (row,) = rows_of(client, estimated, quantity)
    expected = [end if end is None else pytest.approx(end) for end in (value, low, high)]
    assert [row["value"], row["low"], row["high"]] == expected
    assert (row["taxon"]["name"], row["sample"]["original_id"], row["state"]) == (
        "Copepoda",
        "tow_1",
        "corrected",
    )
    assert "it has no biovolume and no mean size" in row["warning"]


def test_without_a_unit_there_is_no_concentration_but_a_sentence(client, estimated):
    (row,) = rows_of(client, estimated, "concentration")
    assert (row["value"], row["low"]) == (None, None)
    assert "Nobody has said in which unit" in row["warning"]


def test_the_csv_has_the_ends_of_the_intervals(client, estimated):
    sent = client.get(f"/projects/{estimated.project.pk}/results/table.csv?counts=corrected")
    (row,) = csv.DictReader(io.StringIO(sent.getvalue().decode("utf-8-sig")))
    assert (row["count"], row["count_low"], row["count_high"], row["basis"]) == (
        "7.5",
        "4.25",
        "9.0",
        "random objects",
    )


def test_the_page_leads_to_corrected_counts_and_back(client, estimated):
    address = f"/projects/{estimated.project.pk}/results/"
    assert "?counts=corrected" in client.get(address).content.decode()
    page = client.get(f"{address}?counts=corrected").content.decode()
    assert "7.5 <small>4.25 to 9</small>" in page
    assert "Count the labels instead" in page
    assert "table.csv?counts=corrected" in page


@pytest.mark.parametrize("choice", ["by=layer", "level=class", "zeros=1", "states=validated", "sun=day"])
def test_what_was_not_estimated_can_not_be_chosen(client, estimated, choice):
    address = f"/api/v1/projects/{estimated.project.pk}/results/?counts=corrected&{choice}"
    answer = client.get(address)
    assert answer.status_code == 400
    assert f"leave out `{choice.split('=')[0]}`" in answer.json()["detail"]


def test_a_table_that_is_replaced_meanwhile_is_not_mixed_with_the_new_one(estimated, alice, monkeypatch):
    monkeypatch.setattr("annotations.abundance.queries.BLOCK", 1)
    add_figure(estimated.objects[1], estimated.appendicularia, alice)
    rows = corrected_rows(estimated.project)
    assert next(rows).taxon_name == "Copepoda"
    AbundanceTable.objects.update(created=timezone.now())
    with pytest.raises(ValidationError, match="counted again meanwhile"):
        next(rows)


@pytest.mark.parametrize("path", ["results/", "results/table.csv"])
def test_where_nothing_was_estimated_a_sentence_says_so(client, tow, alice, path):
    client.force_login(alice)
    answer = client.get(f"/projects/{tow.project.pk}/{path}?counts=corrected")
    assert answer.status_code == 400
    assert "Nobody has counted this project" in answer.content.decode()
