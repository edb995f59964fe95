"""Results by a saved regrouping, worked out by hand; every number opens exactly its objects.

The cruise of `test_table`, in validated objects: s1 has 4 Calanus and 1 Salpa, s2 has 2 Salpa.
"""

from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.regroupings.actions import create_regrouping
from annotations.regroupings.models import OtherTaxa
from annotations.results.gradients.gradients import gradient
from annotations.results.gradients.links import address_of
from annotations.results.gradients.query import read_gradient_query
from annotations.results.links import bench_address
from annotations.results.query import read_results_query
from annotations.results.spectra.links import ClassLinks
from annotations.results.spectra.query import read_spectrum_query
from annotations.results.spectra.spectra import size_spectra
from annotations.results.table import results_table
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.volumes.actions import set_volumes
from tests.results.test_table import cruise

__all__ = ["cruise"]


def regrouped(cruise, alice, groups: dict[int, str], **more: object) -> int:
    created = create_regrouping(project=cruise.project, user=alice, name="Sorts", rows=groups, **more)
    return created.pk


def table(cruise, user, text: str) -> list:
    return list(results_table(cruise.project, read_results_query(QueryDict(text), user)))


def opened(cruise, user, address: str) -> int:
    """How many objects the bench has at the address."""
    query = QueryDict(mutable=True)
    for name, value in parse_qsl(urlsplit(address).query):
        query.appendlist(name, value)
    where, params = Filter.parse(query, user).where(cruise.project.pk)
    sql = f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {where}"
    return len(Object.objects.raw(sql, [cruise.project.pk, *params]))


def test_taxa_count_for_their_group(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    number = regrouped(cruise, alice, {cruise.copepod: "Animals", cruise.salp: "Animals"})
    rows = table(cruise, alice, f"regrouping={number}")
    assert [(row.group.sample_name, row.taxon_name, row.count, row.share) for row in rows] == [
        ("s1", "Animals", 5, 1),
        ("s2", "Animals", 2, 1),
    ]
    assert rows[0].concentration == pytest.approx((3 * 8 + 2 * 2) / 200)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (OtherTaxa.TOGETHER, [("Copepods", 4, 4 / 5), ("not grouped", 1, 1 / 5), ("not grouped", 2, 1)]),
        (OtherTaxa.APART, [("Copepods", 4, 4 / 5), ("Salpa", 1, 1 / 5), ("Salpa", 2, 1)]),
        (OtherTaxa.LEFT_OUT, [("Copepods", 4, 1)]),
    ],
)
def test_what_no_row_is_about_stands_together_apart_or_is_left_out(cruise, alice, others, expected):
    number = regrouped(cruise, alice, {cruise.copepod: "Copepods"}, others=others)
    rows = table(cruise, alice, f"regrouping={number}")
    assert [(row.taxon_name, row.count, row.share) for row in rows] == expected


def test_a_group_that_is_left_out_is_neither_counted_nor_in_a_share(cruise, alice):
    groups = {cruise.copepod: "Copepods", cruise.salp: "Salps"}
    number = regrouped(cruise, alice, groups, left_out=["Copepods"])
    rows = table(cruise, alice, f"regrouping={number}&zeros=1")
    assert [(row.group.sample_name, row.taxon_name, row.count, row.share) for row in rows] == [
        ("s1", "Salps", 1, 1),
        ("s2", "Salps", 2, 1),
    ]
    assert [row.left_out for row in rows] == [0, 0]  # the one predicted object is a copepod


@pytest.mark.parametrize("others", list(OtherTaxa))
def test_each_count_opens_exactly_its_objects(cruise, alice, others):
    number = regrouped(cruise, alice, {cruise.copepod: "Copepods"}, others=others)
    query = read_results_query(QueryDict(f"regrouping={number}"), alice)
    rows = list(results_table(cruise.project, query))
    addresses = [bench_address(cruise.project, query, row) for row in rows]
    assert [opened(cruise, alice, address) for address in addresses] == [row.count for row in rows]


def test_profiles_by_groups_open_their_objects(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    number = regrouped(cruise, alice, {cruise.copepod: "Copepods"})
    Object.objects.filter(project=cruise.project).update(depth_min=0, depth_max=50)
    query = read_gradient_query(QueryDict(f"regrouping={number}"), alice)
    rows = gradient(cruise.project, query).rows
    assert {(row.taxon_name, row.count) for row in rows} == {("Copepods", 4), ("not grouped", 3)}
    assert [opened(cruise, alice, address_of(cruise.project, query, row)) for row in rows] == [
        row.count for row in rows
    ]


def test_spectra_of_groups_open_their_objects(cruise, alice):
    set_volumes(project=cruise.project, volume_unit="m3")
    groups = {cruise.copepod: "Copepods", cruise.salp: "Salps"}
    number = regrouped(cruise, alice, groups, left_out=["Salps"])
    for by, name in (("taxon", "Copepods"), ("project", "all")):
        query = read_spectrum_query(QueryDict(f"by={by}&regrouping={number}"), alice)
        (spectrum,) = size_spectra(cruise.project, query).spectra
        assert (spectrum.name, spectrum.count) == (name, 4)
        links = ClassLinks(cruise.project, query)
        counts = [each.count for each in spectrum.classes]
        addresses = [links.to(spectrum, each) for each in spectrum.classes]
        assert [opened(cruise, alice, address) if address else 0 for address in addresses] == counts


def test_a_spectrum_opens_nothing_where_two_regroupings_are_asked_for(cruise, alice):
    """The filter lets all seven objects through, of which the regrouping leaves three out."""
    every = create_regrouping(
        project=cruise.project,
        user=alice,
        name="All",
        rows={cruise.copepod: "Animals", cruise.salp: "Animals"},
    )
    number = regrouped(cruise, alice, {cruise.copepod: "Copepods", cruise.salp: "Salps"}, left_out=["Salps"])
    text = f"by=project&regrouping={number}&taxon_group={every.pk}:{every.groups.get().pk}"
    query = read_spectrum_query(QueryDict(text), alice)
    (spectrum,) = size_spectra(cruise.project, query).spectra
    assert spectrum.count == 4
    assert {ClassLinks(cruise.project, query).to(spectrum, each) for each in spectrum.classes} == {None}


def test_a_regrouping_of_another_project_is_refused(cruise, alice):
    with pytest.raises(ValidationError, match="`regrouping` is 999, but the project has none such"):
        table(cruise, alice, "regrouping=999")


def test_the_api_says_which_group_a_row_is_of(client, cruise, alice):
    number = regrouped(cruise, alice, {cruise.copepod: "Copepods"})
    client.force_login(alice)
    address = f"/api/v1/projects/{cruise.project.pk}/results/?by=project&regrouping={number}"
    rows = orjson.loads(client.get(address).getvalue())
    assert [row["taxon"]["name"] for row in rows] == ["Copepods", "not grouped"]
    assert [row["taxon"]["id"] for row in rows] == [None, None]
    assert rows[1]["taxon"]["taxon_group"] == f"{number}:none"


def test_pages_of_results_offer_it_and_say_it(client, cruise, alice):
    number = regrouped(cruise, alice, {cruise.copepod: "Copepods"})
    client.force_login(alice)
    for page in ("", "spectra/", "gradients/", "map/", "sections/", "compare/"):
        answer = client.get(f"/projects/{cruise.project.pk}/results/{page}?regrouping={number}")
        assert f'<option value="{number}" selected>Sorts</option>' in answer.content.decode(), page
