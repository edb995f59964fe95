"""Samples on the map of results: what a pie is made of, and who has none."""

import csv
import io

import pytest
from django.http import QueryDict
from django.urls import reverse

from annotations.results.gradients.positions import sample_map
from annotations.results.gradients.query import read_gradient_query
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.volumes.actions import set_volumes
from tests.worlds import shared_rows


@shared_rows
def taxa(db) -> list[int]:
    """Ten, of which the first is the most abundant."""
    return list(ensure_taxa([TaxonName(f"Taxon {letter}") for letter in "abcdefghij"]).values())


@shared_rows
def stations(project, taxa):
    """Of 10 m³ each: st1 has 10 objects of the first taxon, 9 of the second and so on, st2 one of the first. Of st3
    nobody knows where it lies."""
    set_volumes(project=project, volume_unit="m3")

    def station(name: str, counts: list[int], **place: float) -> Sample:
        sample = Sample.objects.create(project=project, original_id=name, fields={"tot_vol": "10"}, **place)
        run = Acquisition.objects.create(sample=sample, original_id=name, fields={"sub_part": "1"})
        for taxon, count in zip(taxa, counts, strict=False):
            for _ in range(count):
                made = Object.objects.create(
                    project=project, sample=sample, acquisition=run, taxon_id=taxon, state=State.VALIDATED
                )
                ObjectFields.objects.create(
                    object=made, project=project, original_id=f"o{made.pk}", values=[]
                )
        Sample.objects.filter(pk=sample.pk).update(**place)
        return sample

    station("st1", list(range(10, 0, -1)), latitude=43.7, longitude=7.3)
    station("st2", [1], latitude=43.8, longitude=-7.4)
    station("st3", [1])
    return project


def test_a_pie_has_the_concentrations_of_eight_taxa_and_all_others(stations, alice):
    answer = sample_map(stations, read_gradient_query(QueryDict(""), alice))
    assert [kind.name for kind in answer.kinds] == [*(f"Taxon {letter}" for letter in "abcdefgh"), "others"]
    first, second = answer.pies
    assert first.parts == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2 + 0.1])
    assert second.parts == pytest.approx([0.1] + [0] * 8)
    assert (second.name, second.latitude, second.longitude, second.count) == ("st2", 43.8, -7.4, 1)
    assert answer.warnings == ["1 of 3 samples have no position: they are not on the map."]


def test_what_nobody_has_sorted_is_said(stations, alice):
    Object.objects.filter(sample__original_id="st2").update(state=State.PREDICTED)
    answer = sample_map(stations, read_gradient_query(QueryDict(""), alice))
    assert answer.warnings[1].startswith("States that do not count here: 1 object, in 1 of the samples.")


def test_a_sample_without_a_volume_is_not_drawn_as_if_it_had_nothing(stations, alice):
    Sample.objects.filter(original_id="st2").update(fields={})
    answer = sample_map(stations, read_gradient_query(QueryDict(""), alice))
    assert [pie.name for pie in answer.pies] == ["st1"]
    assert answer.warnings[0].startswith("1 of 3 samples have no such figure")


def test_the_page_has_the_pies_for_the_map_and_in_a_table(client, vera, stations):
    client.force_login(vera)
    page = client.get(f"/projects/{stations.pk}/results/map/").content.decode()
    assert '["st2", 43.8, -7.4, 1, [0.1, 0, 0, 0, 0, 0, 0, 0, 0' in page.replace("0.0", "0")
    assert page.count('<th scope="row" data-is="Sample">') == 2


def test_the_map_has_its_room_before_it_comes(client, vera, stations):
    """By its sheet, which the page brings: fetched with the map, it pushed down what was shown already."""
    client.force_login(vera)
    head = client.get(f"/projects/{stations.pk}/results/map/").content.decode().split("</head>")[0]
    leaflet, own = head.index("vendor/leaflet.css"), head.index("css/map/map.css")
    assert leaflet < own, "the second overrules the first"


def test_who_may_not_set_the_unit_of_volumes_is_not_sent_there(client, alice, vera, stations):
    address = f"/projects/{stations.pk}/results/map/?sample={stations.samples.get(original_id='st3').pk}"
    settings = reverse("volumes:settings", args=[stations.pk])
    for person, may_set in ((alice, True), (vera, False)):
        client.force_login(person)
        page = client.get(address).content.decode()
        assert "No sample with a position" in page
        assert (settings in page) == may_set


def test_the_csv_has_where_each_pie_lies_and_what_it_is_made_of(client, vera, stations):
    client.force_login(vera)
    text = client.get(f"/projects/{stations.pk}/results/map/samples.csv").getvalue().decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert (second["sample"], second["latitude"], second["longitude"], second["unit"]) == (
        "st2",
        "43.8",
        "-7.4",
        "m⁻³",
    )
    assert float(first["all"]) == pytest.approx(5.5)
    assert float(first["Taxon b"]) == pytest.approx(0.9)
    assert float(first["others"]) == pytest.approx(0.3)
