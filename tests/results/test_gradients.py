"""Profiles and time series of a few samples, worked out by hand."""

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.common.plots.rectangles import RectanglePlot
from annotations.results import query_choices
from annotations.results.gradients.gradients import Gradient, gradient
from annotations.results.gradients.query import read_gradient_query
from annotations.results.gradients.stacks import stacked_plot
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.volumes.actions import set_volumes
from tests.worlds import shared_rows

MARCH, APRIL = datetime(2026, 3, 21, 12, tzinfo=UTC), datetime(2026, 4, 2, 12, tzinfo=UTC)


@shared_rows
def nets(project):
    """Of 100 m³ each, all of it looked at: an object is 0.01 m⁻³.

    | net | metres | when | Calanus | Salpa |
    | --- | --- | --- | --- | --- |
    | a | 0–50 | March | 4 | 0 |
    | b | 0–50 | April | 0 | 2 |
    | c | 50–100 | April | 1 | 0 |
    | cast | 10 and 80 | March and April | 2 | 0 |
    """
    copepod, salp = ensure_taxa([TaxonName("Calanus"), TaxonName("Salpa")]).values()
    samples = {}

    def add(name: str, taxon: int, count: int, depths: tuple[float, float], when: datetime) -> None:
        sample = samples.get(name) or Sample.objects.create(
            project=project, original_id=name, fields={"tot_vol": "100"}
        )
        samples[name] = sample
        acquisition, _ = Acquisition.objects.get_or_create(
            sample=sample, original_id=name, defaults={"fields": {"sub_part": "1"}}
        )
        for _ in range(count):
            made = Object.objects.create(
                project=project,
                sample=sample,
                acquisition=acquisition,
                taxon_id=taxon,
                state=State.VALIDATED,
                depth_min=depths[0],
                depth_max=depths[1],
                taken_at=when,
                has_time=True,
            )
            ObjectFields.objects.create(object=made, project=project, original_id=f"o{made.pk}", values=[])

    add("a", copepod, 4, (0, 50), MARCH)
    add("b", salp, 2, (0, 50), APRIL)
    add("c", copepod, 1, (50, 100), APRIL)
    add("cast", copepod, 1, (10, 10), MARCH)
    add("cast", copepod, 1, (80, 80), APRIL)
    set_volumes(project=project, volume_unit="m3")
    return SimpleNamespace(project=project, copepod=copepod, salp=salp, samples=samples)


def of(nets, user, text: str = "") -> Gradient:
    return gradient(nets.project, read_gradient_query(QueryDict(text), user))


def figures(answer: Gradient) -> list[tuple]:
    return [
        (row.taxon_name, row.place.name, len(row.samples), row.count, pytest.approx(row.mean))
        for row in answer.rows
    ]


def test_a_profile_has_the_zeros_of_nets_without_the_taxon(nets, alice):
    """Of the cast nobody knows how much water is of which layer: it is left out, and that is said."""
    answer = of(nets, alice)
    assert figures(answer) == [
        ("Calanus", "0–50 m", 2, 4, 0.02),
        ("Calanus", "50–100 m", 1, 1, 0.01),
        ("Salpa", "0–50 m", 2, 2, 0.01),
        ("Salpa", "50–100 m", 1, 0, 0.0),
    ]
    assert (answer.rows[0].least, answer.rows[0].most) == (0.0, pytest.approx(0.04))
    assert answer.warnings[0].startswith("1 of 4 samples have objects at several depths")


def test_a_profile_is_no_flatter_than_it_is_wide(client, vera, nets):
    """Else it is a strip on a phone, where a drawing is as wide as the screen."""
    client.force_login(vera)
    plot = (
        client.get(f"/projects/{nets.project.pk}/results/gradients/")
        .content.decode()
        .split('<figure class="plot')[1]
    )
    width, height = map(float, re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', plot).groups())
    assert height > 0.9 * width


def test_a_net_without_objects_of_the_filter_is_a_zero(nets, alice):
    found_in = nets.samples["a"].pk
    ids = "&".join(f"id={pk}" for pk in Object.objects.filter(sample=found_in).values_list("pk", flat=True))
    assert figures(of(nets, alice, ids)) == [
        ("Calanus", "0–50 m", 2, 4, 0.02),
        ("Calanus", "50–100 m", 1, 0, 0.0),
    ]


def test_zeros_of_samples_that_nobody_has_sorted_are_said(nets, alice):
    Object.objects.filter(sample=nets.samples["a"]).update(state=State.PREDICTED)
    answer = of(nets, alice)
    assert "States that do not count here: 4 objects, in 1 of the samples." in " ".join(answer.warnings)
    assert not any("States" in each for each in of(nets, alice, "states=validated,predicted").warnings)


def test_layers_may_be_higher(nets, alice):
    assert figures(of(nets, alice, f"layer_m=100&taxon={nets.copepod}")) == [
        ("Calanus", "0–100 m", 3, 5, 0.05 / 3)
    ]


@pytest.mark.parametrize(
    ("depths", "place"),
    [
        ((0, 300), "0–300 m"),
        ((100, 200), "100–200 m"),
        ((30, 70), "0–100 m"),
        ((3, 52.5), "0–50 m"),
        ((48, 48), "0–50 m"),
        ((50, 50), "50–100 m"),
    ],
)
def test_a_net_through_several_layers_stands_in_none_of_them(nets, alice, depths, place):
    """It is of all that it went through; ends that are off by less than a tenth of a layer are those of the layer."""
    Object.objects.filter(sample=nets.samples["c"]).update(depth_min=depths[0], depth_max=depths[1])
    answer = of(nets, alice, f"taxon={nets.copepod}")
    (row,) = (row for row in answer.rows if nets.samples["c"].pk in row.samples)
    assert row.place.name == place


def test_a_sample_lies_where_its_objects_lie_now(nets, alice):
    """What was deleted or moved away no longer says that it was taken at several depths."""
    Object.objects.filter(sample=nets.samples["cast"], depth_min=80).delete()
    answer = of(nets, alice, f"taxon={nets.copepod}")
    assert answer.rows[0].samples == (*(nets.samples[name].pk for name in ("a", "b", "cast")),)
    assert answer.warnings == []


def test_an_object_without_depth_leaves_its_sample_without_a_place(nets, alice):
    Object.objects.filter(sample=nets.samples["c"]).update(depth_min=None, depth_max=None)
    answer = of(nets, alice)
    assert {row.place.name for row in answer.rows} == {"0–50 m"}
    assert answer.warnings[0].startswith("2 of 4 samples have objects at several depths")


def test_a_time_series_by_month(nets, alice):
    answer = of(nets, alice, "along=month")
    assert figures(answer) == [
        ("Calanus", "2026-03", 1, 4, 0.04),
        ("Calanus", "2026-04", 2, 1, 0.005),
        ("Salpa", "2026-03", 1, 0, 0.0),
        ("Salpa", "2026-04", 2, 2, 0.01),
    ]
    assert answer.warnings[0].startswith("1 of 4 samples were taken over several of these times")


@pytest.mark.parametrize(
    ("along", "places"), [("day", {"2026-03-21", "2026-04-02"}), ("season", {"Mar", "Apr"})]
)
def test_days_and_months_of_the_year(nets, alice, along, places):
    assert {row.place.name for row in of(nets, alice, f"along={along}").rows} == places


def test_without_a_volume_there_is_no_mean_and_a_reason(nets, alice):
    Sample.objects.filter(original_id="a").update(fields={})
    answer = of(nets, alice)
    assert [row.mean for row in answer.rows if row.place.name == "0–50 m"] == [None, None]
    assert (
        "No number in sample.tot_vol of a: fill it in under Data › Samples, or choose another formula under "
        "Volumes and formulas."
    ) in answer.warnings


@pytest.mark.parametrize(
    "text", ["along=width", "by=layer", "counts=corrected", "quantity=x", "scale=x", "drawing=x"]
)
def test_what_can_not_be_asked_is_named(alice, text):
    with pytest.raises(ValidationError):
        read_gradient_query(QueryDict(text), alice)


@pytest.mark.parametrize("along", ["depth", "day", "month", "season"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_point_opens_just_its_objects(client, vera, nets, along, scale):
    client.force_login(vera)
    page = client.get(f"/projects/{nets.project.pk}/results/gradients/?along={along}&scale={scale}")
    text = page.content.decode()
    links = re.findall(r'<a href="([^"]*)" tabindex="-1" aria-label="[^"]*, (\d+) objects', text)
    assert len(links) == 3  # the others are zeros
    for address, count in links:
        query = unescape(address).partition("?")[2]
        answer = client.get(f"/api/v1/projects/{nets.project.pk}/objects/?{query}")
        assert len(answer.json()["results"]) == int(count)


def stack_of(nets, user, text: str) -> RectanglePlot:
    query = read_gradient_query(QueryDict(f"drawing=stack&{text}"), user)
    plot = stacked_plot(nets.project, query, gradient(nets.project, query).rows, set())
    assert plot
    return plot


def test_a_stack_by_month_begins_where_the_one_below_ends(nets, alice):
    """In April half of two nets' 0.01 m⁻³ of Calanus and of 0.02 of Salpa: 0.005 and 0.01, one on the other."""
    drawn = [(each.colour, each.low, each.high) for each in stack_of(nets, alice, "along=month").rectangles]
    assert drawn == [
        ("kind0", 0, pytest.approx(0.04)),
        ("kind0", 0, pytest.approx(0.005)),
        ("kind1", pytest.approx(0.005), pytest.approx(0.015)),
    ]


def test_days_without_a_net_are_gaps(nets, alice):
    """21 March and 2 April: a day wide each, with nothing on the eleven days between."""
    spans = {(each.left, each.right) for each in stack_of(nets, alice, "along=day").rectangles}
    assert spans == {(0, 1), (12, 13)}


def test_each_sample_has_a_stack_of_its_own(nets, alice):
    plot = stack_of(nets, alice, "along=sample&quantity=share")
    stacks = {}
    for each in plot.rectangles:
        stacks.setdefault((each.left, each.right), []).append((each.low, each.high))
    assert list(stacks) == [(at - 0.4, at + 0.4) for at in range(len(stacks))]
    assert all(parts[0][0] == 0 and parts[-1][1] == pytest.approx(1) for parts in stacks.values())
    assert plot.x.ticks[0].label == "a"


def test_shares_fill_the_whole_without_any_volume(nets, alice):
    Sample.objects.update(fields={})
    drawn = stack_of(nets, alice, "along=depth&quantity=share").rectangles
    ends = [(each.low, each.high, each.left, each.right) for each in drawn]
    assert ends == [(0, 50, 0, 0.5), (0, 50, 0.5, 1), (50, 100, 0, 1)]


def test_shares_are_of_the_nets_in_which_something_counts(nets, alice):
    """Of April's nets b counts nothing any more: c says what April is made of."""
    Object.objects.filter(sample=nets.samples["b"]).update(state=State.PREDICTED)
    drawn = stack_of(nets, alice, "along=month&quantity=share").rectangles
    assert [(each.text.split(":")[0], each.low, each.high) for each in drawn] == [
        ("Calanus, 2026-03", 0, 1),
        ("Calanus, 2026-04", 0, 1),
    ]


def test_a_month_with_a_net_without_a_figure_has_no_stack(nets, alice):
    Sample.objects.filter(original_id="b").update(fields={})
    drawn = stack_of(nets, alice, "along=month").rectangles
    assert [each.text.split(":")[0] for each in drawn] == ["Calanus, 2026-03"]


def test_a_part_of_a_stack_opens_just_its_objects(client, vera, nets):
    client.force_login(vera)
    page = client.get(f"/projects/{nets.project.pk}/results/gradients/?along=season&drawing=stack")
    links = re.findall(
        r'<a href="([^"]*)" tabindex="-1" aria-label="[^"]*, (\d+) objects"', page.content.decode()
    )
    assert [int(count) for _, count in links] == [4, 1, 2]
    for address, count in links:
        query = unescape(address).partition("?")[2]
        answer = client.get(f"/api/v1/projects/{nets.project.pk}/objects/?{query}")
        assert len(answer.json()["results"]) == int(count)


def test_files_and_the_api(client, vera, nets):
    client.force_login(vera)
    answer = client.get(f"/projects/{nets.project.pk}/results/gradients/table.csv")
    first = next(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert (first["place"], first["samples"], first["objects"], first["unit"]) == ("0–50 m", "2", "4", "m⁻³")
    body = client.get(f"/api/v1/projects/{nets.project.pk}/gradients/").json()
    assert body["rows"][0] == {
        "place": "0–50 m",
        "taxon": {"id": nets.copepod, "name": "Calanus", "taxon_group": None},
        "samples": [nets.samples["a"].pk, nets.samples["b"].pk],
        "objects": 4,
        "mean": pytest.approx(0.02),
        "least": 0.0,
        "most": pytest.approx(0.04),
    }


@pytest.mark.parametrize(("few", "opening"), [(0, ""), (12, "open")])
def test_a_long_table_is_folded_below_its_plot(client, vera, nets, monkeypatch, few, opening):
    monkeypatch.setattr(query_choices, "FEW_ROWS", few)
    client.force_login(vera)
    text = client.get(f"/projects/{nets.project.pk}/results/gradients/").content.decode()
    table = re.search(r'<details class="as-table" (\w*)>\s*<summary>As a table: (\d+) rows<', text)
    assert table and table[1] == opening
    assert text.count('<th scope="row"') == int(table[2])
