"""Samples beside each other: how unlike they are, by hand, and what is drawn, written and opened of it."""

import csv
import io
import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.results.comparison.colours import colour_groups
from annotations.results.comparison.comparison import SampleComparison, comparison
from annotations.results.comparison.downloads import groups_of
from annotations.results.comparison.plots import ordination_plot
from annotations.results.comparison.query import read_comparison_query
from annotations.results.gradients.gradients import gradient
from annotations.results.gradients.positions import sample_map
from annotations.results.gradients.query import read_gradient_query
from annotations.results.table import UNEQUAL
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.volumes.actions import set_volumes
from tests.results.test_table import cruise
from tests.worlds import shared_rows

__all__ = ["cruise"]

# Legendre & Legendre's two sites of six species (D14 = 16 ÷ 38), and one with a species alone
COUNTS = {"first": (7, 3, 0, 5, 0, 1), "second": (2, 4, 7, 6, 0, 3), "third": (0, 0, 0, 0, 5, 0)}
VOLUMES = {"first": "10", "second": "20", "third": "10"}


@shared_rows
def sites(project):
    taxa = list(ensure_taxa([TaxonName(f"Species {n}") for n in range(6)]).values())
    for name, counts in COUNTS.items():
        fields = {"tot_vol": VOLUMES[name], "ship": "Tethys" if name == "first" else "Europe"}
        sample = Sample.objects.create(project=project, original_id=name, fields=fields)
        run = Acquisition.objects.create(sample=sample, original_id=name, fields={"sub_part": "1"})
        objects = Object.objects.bulk_create(
            Object(project=project, sample=sample, acquisition=run, taxon_id=taxon, state=State.VALIDATED)
            for taxon, count in zip(taxa, counts, strict=True)
            for _ in range(count)
        )
        ObjectFields.objects.bulk_create(
            ObjectFields(object=each, project=project, original_id=f"o{each.pk}", values=[])
            for each in objects
        )
    set_volumes(project=project, volume_unit="m3")
    return project


def of(project, user, text: str = "") -> SampleComparison:
    return comparison(project, read_comparison_query(QueryDict(text), user))


@pytest.mark.parametrize(
    ("parameters", "dissimilarity"),
    [
        ("quantity=count&transformation=none", 16 / 38),
        ("quantity=count&transformation=presence", 1 - 2 * 4 / 9),
        # ÷ 10 and ÷ 20 m³: |0.7 − 0.1| + |0.3 − 0.2| + 0.35 + |0.5 − 0.3| + |0.1 − 0.15|, of 1.6 + 1.1
        ("quantity=concentration&transformation=none", 1.3 / 2.7),
        # shares of 16 and 22, whose sum is 2
        (
            "quantity=share&transformation=none",
            sum(abs(a / 16 - b / 22) for a, b in zip(COUNTS["first"], COUNTS["second"], strict=True)) / 2,
        ),
    ],
)
def test_two_sites_by_hand(sites, alice, parameters, dissimilarity):
    answer = of(sites, alice, parameters)
    assert [sample.name for sample in answer.matrix.samples] == ["first", "second", "third"]
    assert answer.dissimilarities[0, 1] == pytest.approx(dissimilarity)
    assert answer.dissimilarities[2].tolist() == [1, 1, 0]  # no species in common


@pytest.mark.parametrize(("quantity", "is_of_objects"), [("share", True), ("concentration", False)])
def test_it_says_where_parts_of_a_sample_were_sub_sampled_differently(cruise, alice, quantity, is_of_objects):
    """Of s1 an eighth and a half were looked at: a share of its objects is none of the water."""
    set_volumes(project=cruise.project, volume_unit="m3")
    params = QueryDict(f"quantity={quantity}")
    gradient_query = read_gradient_query(params, alice)
    answers = [
        of(cruise.project, alice, f"quantity={quantity}").warnings,
        gradient(cruise.project, gradient_query).warnings,
        sample_map(cruise.project, gradient_query).warnings,
    ]
    assert [UNEQUAL in warnings for warnings in answers] == [is_of_objects] * 3


def test_points_without_a_colour_have_a_name_in_the_legend(sites, alice):
    query = read_comparison_query(QueryDict("species=1"), alice)
    answer = comparison(sites, query)
    plot = ordination_plot(sites, query, answer, groups_of(sites, query, answer))
    assert plot
    assert [each.name for each in plot.series] == ["samples", "taxa, at the mean of their samples"]


def test_samples_of_one_species_are_all_the_same_and_drawn(client, sites, alice):
    Object.objects.filter(project=sites).update(taxon=Object.objects.filter(project=sites).first().taxon_id)
    client.force_login(alice)
    answer = client.get(f"/projects/{sites.pk}/results/compare/")
    assert answer.status_code == 200
    assert (
        "first – second: 0.00" in answer.content.decode() or "second – first: 0.00" in answer.content.decode()
    )


def test_what_is_alike_lies_together(sites, alice):
    answer = of(sites, alice)
    assert [(join.left, join.right) for join in answer.joins] == [(0, 1), (2, 3)]
    assert answer.joins[1].height == pytest.approx(1)
    assert answer.order in ([2, 0, 1], [0, 1, 2])
    first, second, third = answer.ordination.points[:, 0]
    assert abs(first - second) < 0.1 < abs(first - third)
    assert (answer.nearest(0), answer.nearest(1)) == (1, 0)


def test_a_taxon_stands_at_the_mean_of_its_samples(sites, alice):
    answer = of(sites, alice, "quantity=count&transformation=none&species=1")
    alone = next(taxon for taxon in answer.taxa if taxon.name == "Species 4")
    assert (alone.x, alone.y) == pytest.approx(tuple(answer.ordination.points[2]))
    shared = next(taxon for taxon in answer.taxa if taxon.name == "Species 0")
    first, second = answer.ordination.points[:2]
    assert (shared.x, shared.y) == pytest.approx(tuple((7 * first + 2 * second) / 9))


def test_without_a_volume_there_is_no_concentration_to_compare(sites, alice):
    Sample.objects.filter(original_id="first").update(fields={})
    answer = of(sites, alice, "quantity=concentration")
    assert not answer.is_drawn
    assert answer.warnings[0] == "1 of 3 samples have no such figure: they are left out."
    assert of(sites, alice, "quantity=share").is_drawn


def test_a_filter_narrows_what_is_compared(sites, alice):
    taxon = next(each for each, name in of(sites, alice).matrix.taxa if name == "Species 0")
    answer = of(sites, alice, f"taxon={taxon}")
    assert [sample.name for sample in answer.matrix.samples] == ["first", "second"]


def test_more_samples_than_can_be_compared_are_said(sites, alice, monkeypatch):
    monkeypatch.setattr("annotations.results.comparison.samples.MOST_SAMPLES", 2)
    assert of(sites, alice).warnings[0].startswith("The first 2 of 3 samples")


def test_an_ordination_by_ranks_has_its_stress(sites, alice, monkeypatch):
    answer = of(sites, alice, "method=nmds")
    assert answer.ordination.stress == pytest.approx(0, abs=1e-3)
    monkeypatch.setattr("annotations.results.comparison.comparison.MOST_OF_NMDS", 2)
    fallen_back = of(sites, alice, "method=nmds")
    assert fallen_back.ordination.stress is None
    assert fallen_back.warnings[0].startswith("An nMDS is of up to")


def groups(project, user, colour: str) -> dict[str, int]:
    query = read_comparison_query(QueryDict(f"colour={colour}"), user)
    samples = list(Sample.objects.values_list("pk", flat=True))
    return {group.name: len(group.samples) for group in colour_groups(project, query, samples)}


def test_colours_are_of_columns_and_of_where_objects_were(sites, alice):
    assert groups(sites, alice, "sample.ship") == {"Europe": 2, "Tethys": 1}
    assert groups(sites, alice, "sample.tot_vol") == {"10": 2, "20": 1}
    Object.objects.filter(sample__original_id="first").update(depth_min=0, depth_max=50)
    assert groups(sites, alice, "depth") == {"25.0": 1, "not stated": 2}
    assert groups(sites, alice, "sun") == {"not stated": 3}


def test_many_numbers_are_classes(sites, alice):
    for number in range(12):
        Sample.objects.create(project=sites, original_id=f"n{number}", fields={"ship": str(10 * number)})
    Sample.objects.filter(original_id__in=COUNTS).update(fields={})
    assert groups(sites, alice, "sample.ship") == {
        "0 to 50": 5,
        "50 to 100": 5,
        "100 to 150": 2,
        "not stated": 3,
    }


@pytest.mark.parametrize(
    "text", ["quantity=biovolume", "by=layer", "counts=corrected", "colour=ship", "method=x", "level=x"]
)
def test_what_can_not_be_asked_is_named(alice, text):
    with pytest.raises(ValidationError):
        read_comparison_query(QueryDict(text), alice)


def test_a_column_that_no_sample_has_is_named(client, vera, sites):
    client.force_login(vera)
    page = client.get(f"/projects/{sites.pk}/results/compare/?colour=sample.net")
    assert page.status_code == 400
    assert "net" in page.content.decode()


@pytest.mark.parametrize("method", ["pcoa", "nmds"])
def test_every_point_and_cell_opens_its_objects(client, vera, sites, method):
    client.force_login(vera)
    address = f"/projects/{sites.pk}/results/compare/?method={method}&colour=sample.ship&species=1"
    text = client.get(address).content.decode()
    points = re.findall(r'<a href="([^"]*)" tabindex="-1" aria-label="\w+, \w+: (\d+) objects', text)
    cells = re.findall(r'<a href="([^"]*)" tabindex="-1" aria-label="\w+( – \w+: [\d.]+)?"', text)
    assert (len(points), len(cells)) == (3, 6)
    for link, count in points:
        query = unescape(link).partition("?")[2]
        answer = client.get(f"/api/v1/projects/{sites.pk}/objects/?{query}")
        assert len(answer.json()["results"]) == int(count)


def test_files_and_the_api_have_the_same_numbers(client, vera, sites):
    client.force_login(vera)
    parameters = "quantity=count&transformation=none&colour=sample.ship"
    text = client.get(f"/projects/{sites.pk}/results/compare/dissimilarities.csv?{parameters}").getvalue()
    square = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert square[0] == ["sample", "first", "second", "third"]
    assert float(square[1][2]) == pytest.approx(16 / 38)
    text = client.get(f"/projects/{sites.pk}/results/compare/samples.csv?{parameters}").getvalue()
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert (lines[0]["sample"], lines[0]["group"]) == ("first", "Tethys")
    body = client.get(f"/api/v1/projects/{sites.pk}/comparison/?{parameters}").json()
    assert body["dissimilarities"][0][1] == pytest.approx(16 / 38)
    assert body["samples"][0]["axis_1"] == pytest.approx(float(lines[0]["axis_1"]))
