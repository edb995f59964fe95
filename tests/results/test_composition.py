"""The picture of a table of results: a bar a sample, of the same shares and with the same links as its rows."""

import re
from itertools import pairwise

from django.http import QueryDict

from annotations.results.composition import composition_plot, whole_samples
from annotations.results.query import read_results_query
from annotations.results.table import ResultGroup, ResultRow


def row(sample: int, taxon: int, count: int, share: float) -> ResultRow:
    return ResultRow(
        group=ResultGroup(sample, f"s{sample}"),
        taxon=taxon,
        taxon_name=f"taxon {taxon}",
        count=count,
        share=share,
        concentration=None,
        biovolume=None,
        mean_size=None,
        left_out=0,
        warnings=[],
    )


def plot_of(project, alice, rows, text=""):
    return composition_plot(project, read_results_query(QueryDict(text), alice), rows, {3})


def test_eight_taxa_have_colours_and_the_rest_is_one(project, alice):
    rows = [row(1, taxon, taxon, taxon / 55) for taxon in range(1, 11)]
    plot = plot_of(project, alice, rows)
    assert [(kind.place, kind.name) for kind in plot.kinds] == [
        *((place, f"taxon {10 - place}") for place in range(8)),
        (8, "others"),
    ]
    (parts,) = plot.rows
    assert parts[-1].text == "s1: others 5.45 % (3 objects)"
    assert "taxon=1&taxon=2&descendants=0&state=validated&sample=1" in parts[-1].url
    drawn = plot.drawn
    assert abs(drawn[-1].x + drawn[-1].width - plot.frame.width) < 0.5  # all of it is drawn
    assert all(abs(a.x + a.width - b.x) < 0.2 for a, b in pairwise(drawn))


def test_a_taxon_has_one_colour_in_all_samples_and_zeros_have_no_width(project, alice):
    rows = [row(1, 3, 9, 0.9), row(1, 4, 1, 0.1), row(2, 3, 0, 0.0), row(2, 4, 2, 1.0)]
    plot = plot_of(project, alice, rows)
    assert [(drawn.part.kind, drawn.part.text) for drawn in plot.drawn] == [
        (0, "s1: taxon 3 90 % (9 objects)"),
        (1, "s1: taxon 4 10 % (1 objects)"),
        (1, "s2: taxon 4 100 % (2 objects)"),
    ]
    assert [kind.is_italic for kind in plot.kinds] == [True, False]


def test_a_sample_that_is_cut_off_is_not_drawn_as_if_it_were_whole():
    rows = [row(1, 3, 9, 1.0), row(2, 3, 1, 0.1)]
    assert [each.group.sample for each in whole_samples(rows, is_cut=True)] == [1]
    assert whole_samples(rows, is_cut=False) == rows


def test_only_samples_are_drawn(project, alice):
    assert plot_of(project, alice, [row(1, 3, 9, 1.0)], "by=layer") is None


def test_a_bar_on_the_page_opens_its_objects(client, vera, tow):
    client.force_login(vera)
    page = client.get(f"/projects/{tow.project.pk}/results/").content.decode()
    links = re.findall(r'<a href="([^"]+)" tabindex="-1" aria-label="([^"]+)"><rect', page)
    sample = tow.objects[0].sample_id
    narrowed = f"taxon={tow.copepoda}&amp;descendants=0&amp;state=validated&amp;sample={sample}"
    assert links == [(f"/projects/{tow.project.pk}/?{narrowed}", "tow_1: Copepoda 100 % (2 objects)")]
