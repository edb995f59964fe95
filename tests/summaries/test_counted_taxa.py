"""Traits by taxon and depth, with taxa at a rank or in groups: counts by hand, and links that open just those."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.regroupings.actions import create_regrouping
from annotations.regroupings.models import Regrouping
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.summaries.cells import shown_row
from annotations.summaries.links import Links
from annotations.summaries.plots import table_plots
from annotations.summaries.table_query import read_table_query
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.traits.models import TraitValue
from annotations.traits.vocabulary import define_trait
from classifier.statistics.bounds import wilson
from tests.worlds import shared_rows


@shared_rows
def eggs(tow, alice):
    """Ten objects; egg sacs were looked for on seven.

    | taxon | depth | objects | with | without |
    | --- | --- | --- | --- | --- |
    | Calanus | 10 m | 4 | 2 | 1 |
    | Oithona | 10 m | 2 | 1 | 1 |
    | Oithona | 60 m | 2 | 0 | 2 |
    | Salpa | 60 m | 2 | 0 | 0 |
    """
    family = TaxonName("Calanidae")
    calanus, oithona, salpa, calanidae = ensure_taxa(
        [TaxonName("Calanus", ("Calanidae", "Calanus")), TaxonName("Oithona"), TaxonName("Salpa"), family]
    ).values()
    Taxon.objects.filter(pk=calanidae).update(rank="family")
    trait = define_trait(project=tow.project, user=alice, name="Egg sac", kind="flag")
    plan = [(calanus, 10, "yes"), (calanus, 10, "yes"), (calanus, 10, "no"), (calanus, 10, None)]
    plan += [(oithona, 10, "yes"), (oithona, 10, "no"), (oithona, 60, "no"), (oithona, 60, "no")]
    plan += [(salpa, 60, None), (salpa, 60, None)]
    for each, (taxon, depth, value) in zip(tow.objects, plan, strict=True):
        Object.objects.filter(pk=each.pk).update(
            taxon=taxon, state=State.VALIDATED, depth_min=depth, depth_max=depth
        )
        if value:
            TraitValue.objects.create(
                object=each,
                trait=trait,
                choices=[value],
                state="V",
                set_at=each.sample.project.created,
                version=1,
            )
    tow.rows = {calanus: "Copepods", oithona: "Copepods", salpa: "Jelly"}
    return tow


def read(eggs, user, text: str):
    return read_table_query(eggs.project.pk, QueryDict(f"trait=egg_sac&{text}"), user)


def figures(question) -> list[tuple]:
    """(names, objects, looked at, with an egg sac) of each row."""
    return [
        (
            *(entry["name"] for entry in row["group"]),
            row["objects"],
            row["looked_at"],
            row["choices"][0]["count"],
        )
        for row in question.rows()
    ]


def opened(eggs, user, address: str) -> int:
    query = QueryDict(mutable=True)
    for name, value in parse_qsl(urlsplit(address).query):
        query.appendlist(name, value)
    where, params = Filter.parse(query, user).where(eggs.project.pk)
    sql = f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {where}"
    return len(Object.objects.raw(sql, [eggs.project.pk, *params]))


def assert_links_open_what_they_count(eggs, user, question) -> None:
    links = Links(question)
    for row in question.rows():
        cells = [*(line := shown_row(row, links))["cells"], *line["choices"]]
        counts = [cell["count"] for cell in cells]
        assert [opened(eggs, user, cell["url"]) for cell in cells] == counts


def sorts(eggs, alice, rows: dict[int, str], **more: object) -> int:
    return create_regrouping(project=eggs.project, user=alice, rows=rows, **({"name": "Sorts"} | more)).pk


def test_a_filter_by_another_regrouping_counts_nothing_that_is_left_out(eggs, alice):
    """Of all ten objects, which the filter lets through, six are left out. No filter of the bench can ask for both."""
    every = sorts(eggs, alice, dict.fromkeys(eggs.rows, "Animals"), name="All")
    group = Regrouping.objects.get(pk=every).groups.get().pk
    number = sorts(eggs, alice, eggs.rows, left_out=["Copepods"])
    for by in ("depth", "taxon"):
        question = read(eggs, alice, f"by={by}&regrouping={number}&taxon_group={every}:{group}")
        (row,) = question.rows()
        assert row["objects"] == 2
        assert Links(question).of_row(row) is None


def test_a_regrouping_that_leaves_out_everything_counts_nothing(eggs, alice):
    number = sorts(eggs, alice, eggs.rows, left_out=["Copepods", "Jelly"], others="left_out")
    assert figures(read(eggs, alice, f"by=depth&regrouping={number}")) == []


def test_a_taxon_of_a_rank_opens_none_of_the_groups_below_it(eggs, alice):
    """Calanus and Oithona are of one family, of which Calanus has a group."""
    calanus, oithona, _ = eggs.rows
    family = Taxon.objects.get(rank="family")
    Taxon.objects.filter(pk=oithona).update(parent=family, path=[family.pk, oithona])
    number = sorts(eggs, alice, {calanus: "Large"}, others="apart")
    question = read(eggs, alice, f"by=taxon&level=family&regrouping={number}")
    assert [row[:2] for row in figures(question)] == [("Calanidae", 4), ("Large", 4), ("Salpa", 2)]
    assert_links_open_what_they_count(eggs, alice, question)


def test_groups_by_depth(eggs, alice):
    number = create_regrouping(project=eggs.project, user=alice, name="Sorts", rows=eggs.rows).pk
    question = read(eggs, alice, f"by=taxon,depth&regrouping={number}")
    assert figures(question) == [
        ("Copepods", "0–50 m", 6, 5, 3),
        ("Copepods", "50–100 m", 2, 2, 0),
        ("Jelly", "50–100 m", 2, 0, 0),
    ]
    shallow = next(question.rows())["choices"][0]
    assert (shallow["share"], (shallow["low"], shallow["high"])) == (3 / 5, wilson(3, 5))
    assert_links_open_what_they_count(eggs, alice, question)


def test_what_a_regrouping_leaves_out_is_in_no_row(eggs, alice):
    number = create_regrouping(
        project=eggs.project, user=alice, name="Sorts", rows=eggs.rows, left_out=["Copepods"]
    ).pk
    assert figures(read(eggs, alice, f"by=taxon&regrouping={number}")) == [("Jelly", 2, 0, 0)]
    question = read(eggs, alice, f"by=depth&regrouping={number}")
    assert figures(question) == [("50–100 m", 2, 0, 0)]
    assert_links_open_what_they_count(eggs, alice, question)


def test_taxa_at_a_rank(eggs, alice):
    question = read(eggs, alice, "by=taxon&level=family")
    assert figures(question) == [("Calanidae", 4, 3, 2), ("Oithona", 4, 4, 1), ("Salpa", 2, 0, 0)]
    assert_links_open_what_they_count(eggs, alice, question)


def test_each_taxon_that_was_looked_at_has_a_plot_along_depth(eggs, alice):
    question = read(eggs, alice, "by=taxon,depth")
    plots = table_plots(question.spec, list(question.rows()))
    assert [plot.caption.partition(",")[0] for plot in plots] == ["Oithona", "Calanus"]
    assert [dot.value for dot in plots[0].dots] == [1 / 2, 0]


def test_an_object_counts_once_with_a_rank(eggs, alice):
    with pytest.raises(ValidationError, match="leave out `rollup`"):
        read(eggs, alice, "by=taxon&level=family&rollup=1")


def test_the_page_and_the_api_have_it(client, eggs, alice):
    number = create_regrouping(project=eggs.project, user=alice, name="Sorts", rows=eggs.rows).pk
    client.force_login(alice)
    address = f"trait-tables/?trait=egg_sac&by=taxon,depth&regrouping={number}"
    page = client.get(f"/projects/{eggs.project.pk}/{address}").content.decode()
    assert f'<option value="{number}" selected>Sorts</option>' in page and "Copepods" in page
    answer = client.get(f"/api/v1/projects/{eggs.project.pk}/{address}&format=csv")
    assert answer.getvalue().decode().splitlines()[1].startswith(f"Copepods,{number}:")
