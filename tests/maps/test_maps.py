"""The map of a project's objects: who lies where, in which colour, and what a line drawn on it finds."""

from types import SimpleNamespace

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from annotations.learning.models import Model
from annotations.maps import fitting, points
from annotations.maps.conditions import outline
from annotations.maps.fitting import principal_components
from annotations.maps.models import MapProjection
from annotations.maps.morphospace import Morphospace, by_depth, by_month
from annotations.maps.taxon_colours import BASES, taxon_groups
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.similarity.actions import keep_embeddings, space_of
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from classifier.statistics.components import PrincipalComponents
from tests.maps.map_points import ReadMap, read_map
from tests.people import make_person
from tests.plankton import make_tow
from tests.worlds import shared_rows

WHOLE = 65_535


@shared_rows
def mapped(project: Project) -> SimpleNamespace:
    """A tow of which nine objects lie on a line from left to right, and the tenth nowhere."""
    tow = make_tow(project)
    angles = np.linspace(0.1, 1.4, 9)
    vectors = np.c_[np.cos(angles), np.sin(angles), np.full(9, 0.3)]
    space = space_of(Model.objects.create(name="a compass"), 3)
    keep_embeddings(space=space, project_id=project.pk, ids=[o.pk for o in tow.objects[:9]], vectors=vectors)
    return tow


@pytest.fixture
def alice(project: Project) -> Client:
    client = Client()
    client.force_login(project.memberships.get(role="manager").user)
    return client


def drawn(client: Client, project: Project, query: str = "") -> ReadMap:
    answer = client.get(f"/projects/{project.pk}/map/points/?{query}")
    assert answer.status_code == 200, answer.content
    return read_map(b"".join(answer.streaming_content))


def line_around(made: ReadMap, places: list[int]) -> str:
    """A box around those points, as a filter."""
    x, y = [made.x[i] for i in places], [made.y[i] for i in places]
    left, right, bottom, top = max(min(x) - 9, 0), max(x) + 9, max(min(y) - 9, 0), max(y) + 9
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return f"{made.header['projection']}:" + "_".join(f"{x},{min(y, WHOLE)}" for x, y in corners)


def test_objects_that_are_alike_lie_side_by_side(alice: Client, mapped: SimpleNamespace):
    created = drawn(alice, mapped.project)
    assert created.is_whole
    assert sorted(created.ids) == [o.pk for o in mapped.objects[:9]]
    along = [created.x[created.ids.index(o.pk)] for o in mapped.objects[:9]]
    assert along == sorted(along) or along == sorted(along, reverse=True)
    assert (max(along) - min(along)) / WHOLE == pytest.approx(1 / 1.04, abs=0.01)


def test_points_have_the_colour_of_their_taxon_and_of_their_state(alice: Client, mapped: SimpleNamespace):
    by_taxon = drawn(alice, mapped.project).groups
    by_state = drawn(alice, mapped.project, "colour=state").groups
    first, dubious, bare = (mapped.objects[n].pk for n in (0, 6, 7))
    assert (by_taxon[first], by_taxon[dubious], by_taxon[bare]) == ("Copepoda", "Appendicularia", "no taxon")
    assert (by_state[first], by_state[dubious], by_state[bare]) == ("predicted", "dubious", "unclassified")


def test_another_colour_comes_without_places_for_the_same_objects(alice: Client, mapped: SimpleNamespace):
    whole, colours = (drawn(alice, mapped.project, f"colour=state{more}") for more in ("", "&only_colours=1"))
    assert colours.groups == whole.groups
    assert (colours.x, colours.y, colours.is_whole) == ([], [], True)


def test_the_table_of_colours_says_which_names_are_latin(alice: Client, mapped: SimpleNamespace):
    ensure_taxa([TaxonName("Oithona similis", ("living", "Oithona", "Oithona similis"))])
    Object.objects.filter(pk=mapped.objects[0].pk).update(taxon=Taxon.objects.get(name="Oithona similis"))
    groups = drawn(alice, mapped.project).header["groups"]
    assert [group["name"] for group in groups if group["is_italic"]] == ["Oithona similis"]


@pytest.mark.parametrize("colour", ["score", "field:area"])
def test_points_carry_numbers(alice: Client, mapped: SimpleNamespace, colour: str):
    created = drawn(alice, mapped.project, f"colour={colour}")
    value = created.values[created.ids.index(mapped.objects[1].pk)]
    assert value == pytest.approx(0.6 if colour == "score" else 101)
    assert np.isnan(created.values[created.ids.index(mapped.objects[8].pk)]) == (colour == "score")


def test_only_what_the_filter_finds_is_drawn(alice: Client, mapped: SimpleNamespace):
    created = drawn(alice, mapped.project, "state=validated")
    assert sorted(created.ids) == [mapped.objects[4].pk, mapped.objects[5].pk]


def test_a_line_on_the_map_finds_what_it_encloses_and_nothing_else(alice: Client, mapped: SimpleNamespace):
    created = drawn(alice, mapped.project)
    places = [created.ids.index(mapped.objects[n].pk) for n in (2, 3, 4)]
    criteria = Filter.parse({"on_map": line_around(created, places)})
    ids = [row["id"] for row in page(mapped.project.pk, criteria).objects]
    assert ids == [mapped.objects[n].pk for n in (2, 3, 4)]


def test_a_line_on_the_map_of_another_project_finds_nothing_here(alice: Client, mapped: SimpleNamespace):
    elsewhere = Filter.parse({"on_map": f"{principal_components(mapped.project).pk}:0,0_9,0_9,9"})
    other = create_project(title="another", owner=make_person("eva"))
    with pytest.raises(ValidationError, match="is gone"):
        elsewhere.where(other.pk)


def test_what_comes_later_lies_on_the_same_axes_and_what_is_deleted_is_gone(
    alice: Client, mapped: SimpleNamespace
):
    before = drawn(alice, mapped.project)
    late, deleted = mapped.objects[9], mapped.objects[0]
    space = MapProjection.objects.get().space
    keep_embeddings(
        space=space, project_id=mapped.project.pk, ids=[late.pk], vectors=np.array([[0.7, 0.7, 0.3]])
    )
    Object.objects.filter(pk=deleted.pk).delete()
    after = drawn(alice, mapped.project)
    assert set(after.ids) == set(before.ids) - {deleted.pk} | {late.pk}
    remaining = mapped.objects[5].pk
    assert after.x[after.ids.index(remaining)] == before.x[before.ids.index(remaining)]


def test_axes_fitted_to_a_handful_are_fitted_anew_when_many_have_come(
    alice: Client, mapped: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    before = drawn(alice, mapped.project)
    MapProjection.objects.update(fitted_to=5, bounds=[0.0, 0.001, 0.0, 0.001])
    after = drawn(alice, mapped.project)
    assert after.header["projection"] == before.header["projection"], "nine are not yet twice as many"
    MapProjection.objects.update(fitted_to=4)
    assert drawn(alice, mapped.project).x == before.x
    monkeypatch.setattr(fitting, "MOST_FITTED", 3)
    MapProjection.objects.update(fitted_to=3, bounds=[0.0, 0.001, 0.0, 0.001])
    assert drawn(alice, mapped.project).x == after.x, "fitted to as many as are ever drawn"


def test_a_line_on_a_map_that_is_gone_is_refused_before_anything_is_sent(
    alice: Client, mapped: SimpleNamespace
):
    answer = alice.get(f"/projects/{mapped.project.pk}/map/points/?on_map=999:0,0_9,0_9,9")
    assert answer.status_code == 400
    assert "draw it anew" in answer.content.decode()


def test_blocks_join_to_the_same_points(
    alice: Client, mapped: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    whole = drawn(alice, mapped.project)
    monkeypatch.setattr(points, "FIRST_BLOCK", 2)
    monkeypatch.setattr(points, "BLOCK", 4)
    assert drawn(alice, mapped.project) == whole


def test_before_anything_is_compared_the_page_says_what_to_do(alice: Client, project: Project):
    make_tow(project)
    assert "let measurements be compared" in alice.get(f"/projects/{project.pk}/map/").content.decode()
    assert alice.get(f"/projects/{project.pk}/map/points/").status_code == 404


@pytest.mark.parametrize("query", ["colour=beauty", "colour=field:none", "projection=999", "on_map=1:0,0"])
def test_what_the_map_does_not_know_is_refused_in_words(alice: Client, mapped: SimpleNamespace, query: str):
    answer = alice.get(f"/projects/{mapped.project.pk}/map/points/?{query}")
    assert answer.status_code == 400
    assert b"`" in answer.content


@given(st.lists(st.tuples(st.integers(0, WHOLE), st.integers(0, WHOLE)), min_size=3, max_size=200))
def test_lines_are_read_as_they_are_written(corners: list[tuple[int, int]]):
    text = "7:" + "_".join(f"{x},{y}" for x, y in corners)
    assert outline(text, "on_map").corners == tuple(corners)


@given(st.text(alphabet="0123456789:,_-x", max_size=40))
def test_what_is_no_line_is_refused(text: str):
    try:
        assert 3 <= len(outline(text, "on_map").corners) <= 200
    except ValidationError as refusal:
        assert "on_map" in str(refusal)


def test_components_are_those_of_a_singular_value_decomposition():
    vectors = np.random.default_rng(0).normal(size=(200, 8)) * np.arange(8, 0, -1)
    fitted = PrincipalComponents.of(vectors, 3)
    _, sizes, axes = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    assert np.abs(fitted.components @ axes[:3].T) == pytest.approx(np.eye(3), abs=1e-6)
    assert fitted.spread == pytest.approx(sizes[:3] / np.sqrt(199))
    assert fitted.apply(vectors).std(axis=0, ddof=1) == pytest.approx(fitted.spread)


@pytest.mark.django_db
def test_taxa_of_a_branch_share_a_hue_and_no_two_a_colour():
    below = {
        ("living", "Copepoda"): ["Calanus", "Oithona", "Acartia"],
        ("living", "Cladocera"): ["Daphnia", "Evadne"],
        ("living", "Bacillariophyceae"): ["Chaetoceros", "Thalassiosira"],
        ("not-living",): ["detritus", "fiber"],
    }
    names = [TaxonName(name, (*path, name)) for path, taxa in below.items() for name in taxa]
    counts = [(pk, "V", 10 * n + 1) for n, pk in enumerate(ensure_taxa(names).values())]
    groups = taxon_groups(counts)
    colours = [colour for _, _, colour, *_ in groups]
    branch = {name: branch for _, name, _, branch, *_ in groups}
    assert len(set(colours)) == len(colours) == len(names) + 1
    assert branch["Calanus"] == branch["Oithona"] == "Copepoda" != branch["detritus"]
    assert len({b for b in branch.values() if b}) <= len(BASES)


def test_the_page_of_components_shows_pictures_along_each(alice: Client, mapped: SimpleNamespace):
    page = alice.get(f"/projects/{mapped.project.pk}/map/axes/").content.decode()
    assert page.count('<section class="card component">') == 3
    assert page.count("−2 sd") == page.count("+2 sd") == 3
    assert "Reckoned from 9 objects" in page


def test_components_of_measurements_say_which_of_them_change(alice: Client, mapped: SimpleNamespace):
    project = mapped.project
    space = EmbeddingSpace.objects.create(
        kind="measurements",
        name="Region measurements",
        project=project,
        dimensions=3,
        details={"columns": ["area", "mean"]},
    )
    vectors = np.c_[np.linspace(-2, 2, 10), np.linspace(0.5, -0.5, 10), np.ones(10)]
    keep_embeddings(space=space, project_id=project.pk, ids=[o.pk for o in mapped.objects], vectors=vectors)
    own = alice.get(f"/projects/{project.pk}/map/axes/").content.decode()
    assert "the most first" not in own
    measured = alice.get(f"/projects/{project.pk}/map/axes/?space={space.pk}").content.decode()
    assert "Region measurements, version 1" in measured
    assert [weight for weight in ("area", "mean") if f'class="weight">{weight}' in measured] == [
        "area",
        "mean",
    ]
    assert alice.get(f"/projects/{project.pk}/map/axes/?space=123456").status_code == 400


def test_means_by_bin_take_the_objects_of_a_sample_as_one_draw():
    rng = np.random.default_rng(0)
    effects = rng.normal(0, 1, 200)
    samples = np.repeat(np.arange(200), 10)
    scores = (effects[samples] + rng.normal(0, 0.1, 2000))[:, np.newaxis]
    missing = np.full(2000, np.nan)
    space = Morphospace(np.arange(2000), samples, scores, missing, missing, np.ones(2000))
    (mean,) = by_month(space, 0)
    half = (mean.interval[1] - mean.interval[0]) / 2
    assert mean.mean == pytest.approx(scores.mean())
    assert half == pytest.approx(1.96 * effects.std() / np.sqrt(200), rel=0.1)
    assert by_depth(space, 0) == []
