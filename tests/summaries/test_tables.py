"""Tables of traits on their page, as CSV and by the API; every number leads to its objects."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from annotations.labels.targets import Target
from annotations.readings.actions import start_reading
from annotations.samples.models import Acquisition, Object, Sample, State
from annotations.search.filter import Filter
from annotations.search.queries import counts
from annotations.summaries.cells import shown_bars, shown_row
from annotations.summaries.links import Links
from annotations.summaries.table_query import read_table_query
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.traits.actions import set_trait_values
from annotations.traits.tables import histogram, whole
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
GROUPINGS = ["sample", "taxon", "month", "hour", "sun", "depth", "sample,taxon"]


def give(trait, user, objects, value, **more):
    set_trait_values(trait=trait, user=user, targets=[Target(o.pk, 0) for o in objects], value=value, **more)


@shared_rows
def sea(lagoon, bob):
    """Ten objects of two samples, from the surface to 90 m, an hour and a month apart; one without a time."""
    other = Sample.objects.create(project=lagoon.project, original_id="tow_2")
    acquisition = Acquisition.objects.create(sample=other, original_id="acq_2")
    (acartia,) = ensure_taxa([TaxonName("Acartia", ("Copepoda",))]).values()
    for n, each in enumerate(lagoon.objects):
        Object.objects.filter(pk=each.pk).update(
            depth_min=10.0 * n,
            depth_max=10.0 * n + 5,
            taken_at=datetime(2026, n + 1, 1, 2 * n, 59, 30, tzinfo=UTC) if n != 5 else None,
            latitude=40,
            longitude=5,
        )
    Object.objects.filter(pk=lagoon.objects[1].pk).update(taxon=acartia)
    Object.objects.filter(pk__in=[o.pk for o in lagoon.objects[3:5]]).update(
        sample=other, acquisition=acquisition
    )
    give(lagoon.sac, bob, lagoon.objects[:2], "yes")
    give(lagoon.sac, bob, lagoon.objects[2:3], "no")
    give(lagoon.sac, bob, lagoon.objects[3:4], {"hidden": True})
    give(lagoon.sac, bob, lagoon.objects[4:5], "yes", state=State.DUBIOUS)
    for n in range(8):
        give(lagoon.length, bob, lagoon.objects[n : n + 1], 0.1 * n)
    give(lagoon.remark, bob, lagoon.objects[:2], "odd")
    return lagoon


@pytest.fixture
def browser(client, sea, vera):
    client.force_login(vera)
    return client


def question(sea, query: str):
    return read_table_query(sea.project.pk, QueryDict(query), sea.project.members.get(username="alice"))


def matching(sea, url: str) -> int:
    expected = Filter.parse(QueryDict(unescape(urlsplit(url).query)))
    return sum(entry["count"] for entry in counts(sea.project.pk, expected))


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize(
    "more",
    [
        "",
        "&states=validated,dubious",
        "&rollup=1",
        "&taxon={copepoda}&rollup=1",
        "&taxon={copepoda}&descendants=0",
        "&depth_bin=7&depth=3:44.5",
        "&month=1&month=3&trait=prosome_length>0.05",
        "&trait_state=prosome_length=validated&hour=2",
    ],
)
def test_a_number_leads_to_exactly_the_objects_that_it_counts(sea, by, more):
    table = question(sea, f"trait=egg_sac&by={by}{more.format(copepoda=sea.copepoda)}")
    links, led = Links(table), 0
    for row in [*table.rows(), whole(table.spec, *table.where)]:
        entry = shown_row(row, links)
        for cell in entry["cells"] + entry["choices"]:
            if cell["url"]:
                assert matching(sea, cell["url"]) == cell["count"], cell["url"]
                led += 1
    assert led >= 5


def test_a_bar_leads_to_its_objects(sea):
    table = question(sea, "trait=prosome_length")
    bars = histogram(table.spec, whole(table.spec), *table.where)
    assert sum(bar["count"] for bar in bars) == 8
    for bar in shown_bars(bars, Links(table)):
        assert matching(sea, bar["url"]) == bar["count"]


def test_the_page_tells_what_was_seen_and_how_sure_that_is(browser, sea):
    page = browser.get(f"/projects/{sea.project.pk}/trait-tables/?trait=egg_sac").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "tow_1 4 3 0 2 67 % 21 to 94 1 33 % 6 to 79" in text.replace("_ ", "_")
    assert 'aria-current="page">Trait tables' in page
    headings = re.findall(r"<th scope=\"col\"[^>]*>([^<]+)</th>", page)
    assert headings[1:] == re.findall('data-is="([^"]+)"', page)[: len(headings) - 1], (
        "beside each on a phone"
    )


def test_the_first_trait_is_shown_when_none_is_named(browser, sea):
    page = browser.get(f"/projects/{sea.project.pk}/trait-tables/")
    assert page.context["trait"] == sea.sac


@pytest.mark.parametrize("by", ["depth", "hour", "month", "sun"])
@pytest.mark.parametrize("trait", ["egg_sac", "prosome_length", "antennae"])
def test_what_has_an_order_is_drawn_with_words_beside_it(browser, sea, by, trait, bob):
    give(sea.antennae, bob, sea.objects[:3], "spread")
    page = browser.get(f"/projects/{sea.project.pk}/trait-tables/?trait={trait}&by={by}&depth_bin=20")
    drawn = page.context["plots"]
    assert len(drawn) == {"egg_sac": 1, "prosome_length": 1, "antennae": 3}[trait]
    for plot in drawn:
        assert "The table has every number" in plot.alternative
        for dot in plot.drawn:
            assert 0 <= dot.x <= plot.frame.width and 0 <= dot.y <= plot.frame.height


def test_deeper_is_lower(browser, sea):
    page = browser.get(f"/projects/{sea.project.pk}/trait-tables/?trait=egg_sac&by=depth&depth_bin=10")
    (plot,) = page.context["plots"]
    heights = [dot.y for dot in plot.drawn]
    assert heights == sorted(heights)
    assert plot.dots[0].text == "0–10 m: 100 % (21 to 100)"


def test_a_text_has_no_plot_and_no_figures(browser, sea):
    page = browser.get(f"/projects/{sea.project.pk}/trait-tables/?trait=remark&by=depth")
    assert page.context["plots"] == []
    assert page.context["total"]["looked_at"] == 2


def test_a_project_without_traits_says_what_to_do(client, project, vera):
    client.force_login(vera)
    page = client.get(f"/projects/{project.pk}/trait-tables/").content.decode()
    assert "A manager defines them" in page


def test_a_long_table_is_cut_on_the_page_alone(browser, sea, monkeypatch):
    monkeypatch.setattr("annotations.summaries.views.MOST_ROWS", 1)
    base = f"/projects/{sea.project.pk}/trait-tables/"
    assert "the CSV has all" in browser.get(f"{base}?trait=egg_sac").content.decode()
    assert len(browser.get(f"{base}table.csv?trait=egg_sac").getvalue().splitlines()) == 3


def test_the_csv_has_every_number(browser, sea):
    answer = browser.get(f"/projects/{sea.project.pk}/trait-tables/table.csv?trait=egg_sac&by=sample,taxon")
    assert answer.streaming
    assert "traits_" in answer["Content-Disposition"]
    first, second, third = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert (first["sample"], first["taxon"], first["yes"], first["yes_share"]) == (
        "tow_1",
        "Acartia",
        "1",
        "1.0",
    )
    assert (second["objects"], second["looked_at"], second["seen"], second["no"]) == ("3", "2", "2", "1")
    assert (third["sample"], third["not_visible"], third["yes_share"]) == ("tow_2", "1", "")


def test_the_csv_of_a_measure(browser, sea):
    answer = browser.get(f"/projects/{sea.project.pk}/trait-tables/table.csv?trait=prosome_length&by=sample")
    first, second = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert (first["unit"], first["seen"], first["min"], first["max"]) == (
        "µm",
        "6",
        "0.0",
        "0.7000000000000001",
    )
    assert float(second["median"]) == pytest.approx(0.35)


def test_the_api_says_the_same_as_json_and_csv(browser, sea):
    url = f"/api/v1/projects/{sea.project.pk}/trait-tables/?trait=egg_sac&by=sample"
    answer = browser.get(url)
    assert answer.streaming
    body = json.loads(answer.getvalue())
    assert body["trait"] == "egg_sac" and body["states"] == ["validated"] and body["vocabulary"] == 6
    assert [(row["group"][0]["name"], row["objects"], row["seen"]) for row in body["rows"]] == [
        ("tow_1", 4, 3),
        ("tow_2", 2, 0),
    ]
    assert round(body["rows"][0]["choices"][0]["low"], 4) == 0.2077
    lines = browser.get(f"{url}&format=csv").getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("sample,sample_key,trait,objects")
    assert len(lines) == 3


def test_what_a_blind_reading_hides_no_table_tells(browser, sea, alice, bob, carla):
    reading = start_reading(project=sea.project, user=alice, name="r", size=5, readers=[bob, carla])
    query = f"trait=egg_sac&reading={reading.pk}:{bob.pk}:{sea.copepoda}:{carla.pk}:{sea.copepoda}"
    for path in ("trait-tables/", "trait-tables/table.csv"):
        assert browser.get(f"/projects/{sea.project.pk}/{path}?{query}").status_code >= 400
    assert browser.get(f"/api/v1/projects/{sea.project.pk}/trait-tables/?{query}").status_code >= 400


def test_the_filter_dialog_keeps_what_a_cell_asked_for(browser, sea):
    query = "trait=egg_sac=yes&trait_state=egg_sac=validated&hour=2&depth=0:50"
    form = browser.get(f"/projects/{sea.project.pk}/filters/?{query}").content.decode()
    fields = {
        (name, unescape(value)) for name, value in re.findall(r'name="(\w+)"[^>]* value="([^"]+)"', form)
    }
    assert fields >= {
        ("trait", "egg_sac=yes"),
        ("trait_state", "egg_sac=validated"),
        ("hour", "2"),
        ("depth", "0:50"),
    }


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("trait=colour", "the project has egg_sac"),
        ("trait=egg_sac&by=colour", "takes each of sample"),
        ("trait=egg_sac&states=sure", "takes validated, dubious and predicted"),
        ("trait=egg_sac&states=unclassified", "takes validated, dubious and predicted"),
        ("trait=egg_sac&depth_bin=deep", "takes whole metres"),
        ("trait=egg_sac&depth_bin=0", "from 1 to 1,000"),
        ("trait=egg_sac&trait=colour=red", "no such trait"),
        ("trait=egg_sac&sample=net", "`sample` is 'net'"),
        ("trait=egg_sac&field=girth>3", "no such column"),
    ],
)
def test_what_is_wrong_is_said_before_an_answer_begins(browser, sea, query, says):
    for path in ("/api/v1/projects/{}/trait-tables/?{}", "/projects/{}/trait-tables/table.csv?{}"):
        answer = browser.get(path.format(sea.project.pk, query))
        assert answer.status_code == 400
        assert says in answer.content.decode()
    assert (
        browser.get(f"/api/v1/projects/{sea.project.pk}/trait-tables/?{query}&format=csv").status_code == 400
    )
