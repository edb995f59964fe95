"""Sections of a few nets and casts, worked out by hand."""

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from annotations.results import query_choices
from annotations.results.sections.columns import along_track, distance_km
from annotations.results.sections.plot import section_plot
from annotations.results.sections.query import read_section_query
from annotations.results.sections.sections import WaterSection, section
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.volumes.actions import set_volumes
from tests.worlds import shared_rows

DEGREE_KM = 111.195  # of latitude, on a sphere of 6371.0088 km


@shared_rows
def track(project):
    """Nets of 10 m³ each, all of it looked at: an object is 0.1 m⁻³.

    | net | metres | day of May | latitude | Calanus |
    | --- | --- | --- | --- | --- |
    | a | 0–50 | 1 | 40 | 4 |
    | b | 50–100 | 1 | 40.001 | 0 of 1 Salpa |
    | c | 0–50 | 3 | 41 | 2 |
    | d | 0–50 | 3 | 41 | 6 |
    | cast | 10 and 80 | 9 | 42 | 2 |
    """
    copepod, salp = ensure_taxa([TaxonName("Calanus"), TaxonName("Salpa")]).values()

    def net(name: str, day: int, latitude: float, taxon: int, *depths: tuple[float, float]) -> None:
        sample = Sample.objects.create(project=project, original_id=name, fields={"tot_vol": "10"})
        run = Acquisition.objects.create(sample=sample, original_id=name, fields={"sub_part": "1"})
        for top, bottom in depths:
            made = Object.objects.create(
                project=project,
                sample=sample,
                acquisition=run,
                taxon_id=taxon,
                state=State.VALIDATED,
                depth_min=top,
                depth_max=bottom,
                latitude=latitude,
                longitude=7,
                taken_at=datetime(2026, 5, day, 12, tzinfo=UTC),
                has_time=True,
            )
            ObjectFields.objects.create(object=made, project=project, original_id=f"o{made.pk}", values=[])
        Sample.objects.filter(pk=sample.pk).update(latitude=latitude, longitude=7)

    net("a", 1, 40, copepod, *[(0, 50)] * 4)
    net("b", 1, 40.001, salp, (50, 100))
    net("c", 3, 41, copepod, *[(0, 50)] * 2)
    net("d", 3, 41, copepod, *[(0, 50)] * 6)
    net("cast", 9, 42, copepod, (10, 10), (80, 80))
    set_volumes(project=project, volume_unit="m3")
    return SimpleNamespace(project=project, copepod=copepod)


def of(track, user, text: str = "") -> WaterSection:
    query = read_section_query(QueryDict(f"taxon={track.copepod}&{text}"), user)
    return section(track.project, query)


def cells(answer: WaterSection) -> list[tuple]:
    return [
        (
            round(cell.column.at),
            cell.top,
            cell.bottom,
            len(cell.samples),
            cell.count,
            pytest.approx(cell.value),
        )
        for cell in answer.cells
    ]


def test_distances_are_those_of_a_sphere():
    assert distance_km((40, 7), (41, 7)) == pytest.approx(DEGREE_KM, rel=1e-5)
    assert distance_km((0, 179.5), (0, -179.5)) == pytest.approx(DEGREE_KM, rel=1e-5)


def test_nearby_samples_are_one_station_and_a_way_back_goes_on():
    columns = along_track([(40, 7), (40.001, 7), (41, 7), (40, 7)])
    assert [column.at for column in columns] == pytest.approx([0, 0, DEGREE_KM, 2 * DEGREE_KM], rel=1e-5)


def test_a_cell_is_the_mean_of_its_nets_with_their_zeros(track, alice):
    """At the second station nets of 0.2 and 0.6 m⁻³; the deeper net of the first has none of the taxon."""
    answer = of(track, alice)
    assert cells(answer) == [(0, 0, 50, 1, 4, 0.4), (0, 50, 100, 1, 0, 0.0), (111, 0, 50, 2, 8, 0.4)]
    assert answer.warnings[0].startswith("1 of 5 samples have objects at several depths")


def test_a_track_goes_through_the_samples_of_the_filter_alone(track, alice):
    numbers = Sample.objects.filter(original_id__in="cd").values_list("pk", flat=True)
    answer = of(track, alice, "&".join(f"sample={number}" for number in numbers))
    assert [(cell.column.at, cell.column.name, cell.count) for cell in answer.cells] == [(0, "0 km", 8)]


def test_where_samples_lie_is_asked_once(track, alice):
    """Their ends are read from all of their objects, of which there may be a million."""
    with CaptureQueriesContext(connection) as queries:
        of(track, alice)
    assert sum('MIN("samples_object"."taken_at")' in query["sql"] for query in queries) == 1


def test_days_stand_at_their_place_in_time(track, alice):
    answer = of(track, alice, "across=time")
    days = [cell.column.at for cell in answer.cells]
    assert [day - days[0] for day in days] == [0, 0, 2]
    assert answer.cells[0].column.name == "2026-05-01"


def test_objects_of_casts_stand_in_their_layers(track, alice):
    answer = of(track, alice, "quantity=count")
    assert cells(answer)[-2:] == [(222, 0, 50, 1, 1, 1.0), (222, 50, 100, 1, 1, 1.0)]
    assert answer.warnings == []


def test_objects_in_other_states_are_counted_in_all_layers_of_a_cast(track, alice):
    """Of a cast that goes through several layers only those of its last were counted."""
    cast = Sample.objects.get(original_id="cast")
    first = Object.objects.filter(sample=cast).order_by("id")[0]
    for depth in (5, 20, 60):
        predicted = Object.objects.create(
            project=track.project, sample=cast, acquisition=first.acquisition, taxon_id=track.copepod,
            state=State.PREDICTED, depth_min=depth, depth_max=depth, latitude=42, longitude=7,
            taken_at=first.taken_at, has_time=True,
        )  # fmt: skip
        ObjectFields.objects.create(
            object=predicted, project=track.project, original_id=f"predicted at {depth}", values=[]
        )
    for quantity in ("concentration", "count"):
        warnings = " ".join(of(track, alice, f"quantity={quantity}").warnings)
        assert "States that do not count here: 3 objects, in 1 of the samples." in warnings


def test_who_has_no_position_is_said(track, alice):
    Sample.objects.filter(original_id="c").update(latitude=None, longitude=None)
    answer = of(track, alice)
    assert answer.warnings[0] == "1 of 5 samples have no position and time: they are left out."
    assert of(track, alice, "across=time").warnings[0].startswith("1 of 5 samples have objects at several")


def test_a_missing_volume_leaves_its_cell_empty(track, alice):
    Sample.objects.filter(original_id="d").update(fields={})
    answer = of(track, alice)
    assert answer.cells[-1].value is None
    plot = section_plot(
        track.project, read_section_query(QueryDict(f"taxon={track.copepod}"), alice), answer.cells
    )
    assert plot
    assert len(plot.rectangles) == 2


@pytest.mark.parametrize("across", ["distance", "time"])
def test_a_single_station_or_day_is_a_column_and_not_the_whole_drawing(track, alice, across):
    sample = Sample.objects.get(project=track.project, original_id="a")
    query = read_section_query(QueryDict(f"quantity=count&across={across}&sample={sample.pk}"), alice)
    plot = section_plot(track.project, query, section(track.project, query).cells)
    [cell] = plot.drawn
    assert cell.width < plot.frame.width / 4
    assert cell.x + cell.width / 2 == pytest.approx(plot.frame.width / 2, abs=1)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_zeros_are_told_from_little_and_columns_do_not_touch(track, alice, scale):
    query = read_section_query(QueryDict(f"taxon={track.copepod}&quantity=count&scale={scale}"), alice)
    plot = section_plot(track.project, query, section(track.project, query).cells)
    assert plot
    assert [each.colour for each in plot.rectangles].count("zero") == 1
    assert max(each.right for each in plot.rectangles if each.left < 50) < DEGREE_KM / 2
    assert plot.legend[0].name == "0"


@pytest.mark.parametrize(
    "text", ["across=width", "by=layer", "counts=corrected", "quantity=share", "scale=x"]
)
def test_what_can_not_be_asked_is_named(alice, text):
    with pytest.raises(ValidationError):
        read_section_query(QueryDict(text), alice)


@pytest.mark.parametrize(("parameters", "opened"), [("", [4, 8]), ("quantity=count&", [4, 8, 1, 1])])
def test_a_cell_opens_just_its_objects(client, vera, track, parameters, opened):
    client.force_login(vera)
    address = f"/projects/{track.project.pk}/results/sections/?{parameters}taxon={track.copepod}"
    text = client.get(address).content.decode()
    links = re.findall(r'<a href="([^"]*)" tabindex="-1" aria-label="[^"]*, (\d+) objects"', text)
    assert [int(count) for _, count in links] == opened
    for link, count in links:
        query = unescape(link).partition("?")[2]
        answer = client.get(f"/api/v1/projects/{track.project.pk}/objects/?{query}")
        assert len(answer.json()["results"]) == int(count)


def test_files_and_the_api_have_the_same_numbers(client, vera, track):
    client.force_login(vera)
    parameters = f"taxon={track.copepod}"
    text = client.get(f"/projects/{track.project.pk}/results/sections/table.csv?{parameters}").getvalue()
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [(float(line["depth_to_m"]), line["objects"]) for line in lines] == [
        (50, "4"),
        (100, "0"),
        (50, "8"),
    ]
    body = client.get(f"/api/v1/projects/{track.project.pk}/sections/?{parameters}").json()
    assert body["unit"] == "m⁻³"
    assert [cell["mean"] for cell in body["cells"]] == pytest.approx([0.4, 0.0, 0.4])


def test_a_cast_has_no_such_object_where_it_went_through_and_found_none(track, alice):
    answer = of(track, alice, "quantity=count&layer_m=10")
    cast = {cell.top: cell.count for cell in answer.cells if cell.column.at > 200}
    assert cast == {10: 1, 80: 1} | dict.fromkeys(range(20, 80, 10), 0)


@pytest.mark.parametrize(("few", "opening"), [(0, ""), (12, "open")])
def test_a_long_table_is_folded_below_its_plot(client, vera, track, monkeypatch, few, opening):
    monkeypatch.setattr(query_choices, "FEW_ROWS", few)
    client.force_login(vera)
    text = client.get(
        f"/projects/{track.project.pk}/results/sections/?taxon={track.copepod}"
    ).content.decode()
    table = re.search(r'<details class="as-table" (\w*)>\s*<summary>As a table: (\d+) cells<', text)
    assert table and table[1] == opening
    assert text.count('<th scope="row"') == int(table[2])


def test_where_only_casts_are_it_leads_to_their_objects_in_each_layer(client, vera, track):
    """All of a cast's objects lie in several layers: the bench, where it led, mends nothing."""
    client.force_login(vera)
    address = f"/projects/{track.project.pk}/results/sections/"
    casts = "sample=" + str(Sample.objects.get(original_id="cast").pk)
    text = client.get(f"{address}?{casts}&scale=log").content.decode()
    link = re.search(r'href="([^"]*)"[^>]*>\s*The objects in each layer', text)
    assert link is not None
    assert "As a table: 2 cells" in client.get(address + unescape(link[1])).content.decode()
    Sample.objects.update(latitude=None, longitude=None)
    assert "Against days" in client.get(address + unescape(link[1])).content.decode()
