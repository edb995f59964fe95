"""Blind second readings: drawn evenly, blind until closed, counted, settled."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.projects.actions import set_role
from annotations.projects.models import Role
from annotations.readings.actions import choose, close_reading, settle, start_reading, submit, validate_agreed
from annotations.readings.models import Choice, Reading, Sampling
from annotations.readings.queries import disputed, figures, to_read
from annotations.samples.models import Object, Sample, State
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def copepoda(tow) -> Taxon:
    return Taxon.objects.get(pk=tow.copepoda)


@shared_rows
def appendicularia(tow) -> Taxon:
    return Taxon.objects.get(pk=tow.appendicularia)


@shared_rows
def reading(tow, alice, bob, carla) -> Reading:
    return start_reading(project=tow.project, user=alice, name="First", size=10, readers=[bob, carla])


def read(reading, tow, user, letters: str, copepoda, appendicularia) -> None:
    """C, A, ? (can't tell) or a space for each of the ten objects."""
    for each, letter in zip(tow.objects, letters, strict=True):
        if letter != " ":
            taxon = {"C": copepoda, "A": appendicularia, "?": None}[letter]
            choose(reading=reading, user=user, objects=[each.pk], taxon=taxon)


def drawn(reading) -> set[int]:
    return set(reading.reading_objects.values_list("object_id", flat=True))


def test_the_same_seed_draws_the_same_objects(tow, alice, bob, carla):
    def draw(**more):
        params = {
            "project": tow.project,
            "user": alice,
            "name": "x",
            "size": 4,
            "readers": [bob, carla],
            **more,
        }
        return drawn(start_reading(**params))

    assert draw(seed=1) == draw(seed=1)
    assert len({frozenset(draw(seed=seed)) for seed in range(6)}) > 1


def test_an_even_draw_takes_as_many_of_the_rare_taxon(tow, alice, bob, carla):
    expected = Filter.parse({"state": ["predicted", "validated", "dubious"]})
    reading = start_reading(
        project=tow.project,
        user=alice,
        name="x",
        size=3,
        readers=[bob, carla],
        sampling=Sampling.TAXON,
        criteria=expected,
    )
    taxa = Object.objects.filter(pk__in=drawn(reading)).values_list("taxon", flat=True)
    assert sorted(taxa) == sorted([tow.copepoda, tow.copepoda, tow.appendicularia])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("size", "copepods", "without"), [(9, 6, 3), (6, 4, 2), (5, 3, 2), (4, 3, 1), (3, 2, 1), (1, 1, 0)]
)
def test_a_draw_by_share_has_of_each_taxon_what_the_project_has(
    tow, alice, bob, carla, size, copepods, without, seed
):
    """Of six copepods and three objects without a taxon."""
    reading = start_reading(
        project=tow.project,
        user=alice,
        name="x",
        size=size,
        readers=[bob, carla],
        sampling=Sampling.TAXON_SHARE,
        criteria=Filter.parse({"state": ["predicted", "validated", "unclassified"]}),
        seed=seed,
    )
    taxa = list(Object.objects.filter(pk__in=drawn(reading)).values_list("taxon", flat=True))
    assert (taxa.count(tow.copepoda), taxa.count(None)) == (copepods, without)


def test_a_draw_by_share_counts_the_objects_of_each_sample(client, tow, alice, bob, carla):
    second = Sample.objects.create(project=tow.project, original_id="tow_2")
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[:2]]).update(sample=second)
    client.force_login(alice)
    body = {"name": "x", "size": 5, "seed": 3, "sampling": "sample_share", "readers": [bob.pk, carla.pk]}
    client.post(f"/projects/{tow.project.pk}/readings/new/", body)
    result = drawn(Reading.objects.get(sampling=Sampling.SAMPLE_SHARE))
    assert Object.objects.filter(pk__in=result, sample=second).count() == 1
    assert len(result) == 5
    listed = client.get(f"/projects/{tow.project.pk}/readings/").content.decode()
    assert "Of each sample by its share, seed 3" in listed


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "needs a name"),
        ({"size": 0}, "1 to 2,000 objects"),
        ({"criteria": Filter.parse({"score_min": 0.99})}, "Nothing matches"),
    ],
)
def test_what_cannot_be_drawn_is_said(tow, alice, bob, carla, change, sentence):
    params = {
        "project": tow.project,
        "user": alice,
        "name": "x",
        "size": 5,
        "readers": [bob, carla],
        **change,
    }
    with pytest.raises(ValidationError, match=sentence):
        start_reading(**params)
    assert not Reading.objects.exists()


def test_readers_are_two_who_may_label(tow, alice, bob, vera):
    for readers, sentence in (([bob, bob], "two readers"), ([bob, vera], "Vera may not label")):
        with pytest.raises(ValidationError, match=sentence):
            start_reading(project=tow.project, user=alice, name="x", size=5, readers=readers)


def test_the_page_shows_pictures_and_nothing_that_gives_a_hint(client, tow, reading, bob, carla, copepoda):
    choose(reading=reading, user=carla, objects=[tow.objects[0].pk], taxon=copepoda)
    client.force_login(bob)
    page = client.get(f"/projects/{tow.project.pk}/readings/{reading.pk}/").content.decode()
    assert page.count('role="option"') == 10
    for hint in ("Copepoda", "Appendicularia", "predicted", "obj_", "score"):
        assert hint not in page.split('id="gallery"')[1]


def test_each_reader_has_an_order_of_their_own(reading, bob, carla):
    orders = [[row["id"] for row in to_read(reading, user)] for user in (bob, carla)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_only_readers_choose_and_only_while_it_is_open(tow, reading, alice, bob, copepoda):
    with pytest.raises(PermissionDenied):
        choose(reading=reading, user=alice, objects=[tow.objects[0].pk], taxon=copepoda)
    assert choose(reading=reading, user=bob, objects=[tow.objects[0].pk, 10**9], taxon=copepoda) == 1
    assert choose(reading=reading, user=bob, objects=[tow.objects[0].pk], taxon=None) == 1, "thought again"
    assert Choice.objects.get().taxon is None
    assert choose(reading=reading, user=bob, objects=[tow.objects[0].pk], taxon=None, is_cleared=True) == 1
    assert not Choice.objects.exists()
    close_reading(reading=reading)
    with pytest.raises(ValidationError, match="over"):
        choose(reading=reading, user=bob, objects=[tow.objects[0].pk], taxon=copepoda)


def test_it_closes_when_all_have_submitted(tow, reading, bob, carla, copepoda, appendicularia):
    read(reading, tow, bob, "CCCCCCACC ", copepoda, appendicularia)
    with pytest.raises(ValidationError, match="1 objects have no name"):
        submit(reading=reading, user=bob)
    read(reading, tow, bob, "         ?", copepoda, appendicularia)
    submit(reading=reading, user=bob)
    reading.refresh_from_db()
    assert reading.closed is None
    with pytest.raises(ValidationError, match="over"):
        choose(reading=reading, user=bob, objects=[tow.objects[0].pk], taxon=copepoda)
    read(reading, tow, carla, "CCCCCCCCCC", copepoda, appendicularia)
    submit(reading=reading, user=carla)
    reading.refresh_from_db()
    assert reading.closed is not None


@shared_rows
def closed(tow, reading, bob, carla, copepoda, appendicularia) -> Reading:
    read(reading, tow, bob, "CCCCAACC? ", copepoda, appendicularia)
    read(reading, tow, carla, "CCCCAAAA?C", copepoda, appendicularia)
    close_reading(reading=reading)
    reading.refresh_from_db()
    return reading


def test_the_figures_count_what_both_named(closed, tow):
    result = figures(closed)
    (pair,) = result["pairs"]
    order = [taxon["name"] for taxon in pair["taxa"]]
    cells = {(a, b): pair["matrix"][i][j] for i, a in enumerate(order) for j, b in enumerate(order)}
    assert cells["Copepoda", "Copepoda"] == 4
    assert cells["Copepoda", "Appendicularia"] == 2
    assert cells["Appendicularia", "Copepoda"] == 0
    assert cells["can't tell", "can't tell"] == 1
    assert pair["percent"]["value"] == pytest.approx(7 / 9, abs=1e-4)
    assert result["overall"]["alpha"]["value"] is not None


def agreed_cell(reading, bob, carla, taxon: int) -> str:
    """The filter for what Bob and Carla both called so."""
    return f"{reading.pk}:{bob.pk}:{taxon}:{carla.pk}:{taxon}"


def test_nobody_learns_a_choice_before_it_is_closed(client, tow, reading, alice, bob, carla, copepoda):
    choose(reading=reading, user=bob, objects=[tow.objects[0].pk], taxon=copepoda)
    choose(reading=reading, user=carla, objects=[tow.objects[0].pk], taxon=copepoda)
    query = {"reading": agreed_cell(reading, bob, carla, copepoda.pk)}
    for user in (alice, bob):
        client.force_login(user)
        for where in ("figures/", "settle/"):
            answer = client.get(f"/projects/{tow.project.pk}/readings/{reading.pk}/{where}")
            assert answer.status_code == 403
        assert client.get(f"/api/v1/readings/{reading.pk}/agreement/").status_code == 403
        with pytest.raises(ValidationError, match="not closed yet"):
            Filter.parse(query, user)
    close_reading(reading=reading)
    expected = Filter.parse(query, bob)
    assert [o["original_id"] for o in page(tow.project.pk, expected).objects] == ["obj_0"]
    assert str(expected.conditions[0]) == "Bob: Copepoda, Carla: Copepoda"


WITH_FILTERS = [
    "/projects/{project}/",
    "/projects/{project}/vignettes/",
    "/projects/{project}/panel/",
    "/projects/{project}/filters/",
    "/projects/{project}/export/",
    "/api/v1/projects/{project}/objects/",
    "/api/v1/projects/{project}/counts/",
]


@pytest.mark.parametrize("path", WITH_FILTERS)
def test_who_does_not_see_a_reading_cannot_ask_for_it_by_a_filter(
    client, tow, closed, alice, bob, carla, vera, dan, copepoda, path
):
    set_role(project=tow.project, user=dan, role=Role.ANNOTATOR)
    query = {"reading": agreed_cell(closed, bob, carla, copepoda.pk)}
    for user, status in ((alice, 200), (bob, 200), (carla, 200), (dan, 400), (vera, 400)):
        client.force_login(user)
        answer = client.get(path.format(project=tow.project.pk), query)
        assert answer.status_code == status, user
        if status == 400:
            html = answer.content.decode()
            assert "not for you to see" in html
            assert "Carla" not in html.replace(query["reading"], "")


def test_no_deed_is_done_by_a_filter_that_tells_of_a_reading(client, tow, closed, bob, carla, dan, copepoda):
    set_role(project=tow.project, user=dan, role=Role.ANNOTATOR)
    params = {"reading": agreed_cell(closed, bob, carla, copepoda.pk)}
    client.force_login(dan)
    for route, body in (
        ("annotations", {"filter": params, "taxon": copepoda.pk, "expected": 3}),
        ("exports", {"filter": params}),
        ("views", {"name": "What they said", "query": f"reading={params['reading']}"}),
    ):
        url = f"/api/v1/projects/{tow.project.pk}/{route}/"
        answer = client.post(url, body, content_type="application/json")
        assert (answer.status_code, "not for you to see" in answer.json()["detail"]) == (400, True), route


def test_the_filter_tells_the_names_of_readers_and_of_nobody_else(closed, bob, carla, root, copepoda):
    words = f"{closed.pk}:{bob.pk}:{copepoda.pk}:{root.pk}:0"
    (condition,) = Filter.parse({"reading": words}, carla).conditions
    assert str(condition) == "Bob: Copepoda, somebody: can’t tell"


def test_a_reader_who_only_looks_on_by_now_sees_no_figures(tow, closed, bob, carla, copepoda):
    query = {"reading": agreed_cell(closed, bob, carla, copepoda.pk)}
    set_role(project=tow.project, user=bob, role=Role.VIEWER)
    with pytest.raises(ValidationError, match="not for you"):
        Filter.parse(query, bob)
    with pytest.raises(ValidationError, match="not for you"):
        Filter.parse(query)


def test_a_cell_of_the_matrix_opens_its_objects(client, tow, closed, alice):
    client.force_login(alice)
    figures_page = client.get(f"/projects/{tow.project.pk}/readings/{closed.pk}/figures/").content.decode()
    label = 'aria-label="2 objects: Copepoda and Appendicularia"'
    url = figures_page.split(label)[0].rsplit('href="', 1)[1].split('"')[0]
    assert client.get(url).content.decode().count('role="option"') == 2


def test_an_expert_settles_the_differences_one_by_one(client, tow, closed, carla, copepoda, appendicularia):
    client.force_login(carla)
    url = f"/projects/{tow.project.pk}/readings/{closed.pk}/settle/"
    assert disputed(closed) == [tow.objects[6].pk, tow.objects[7].pk]
    html = client.get(url).content.decode()
    assert "obj_6" in html
    assert "Bob" in html
    target = Object.objects.get(pk=tow.objects[6].pk)
    body = {"object": target.pk, "version": target.version, "taxon": copepoda.pk}
    html = client.post(f"{url}?after={target.pk}", body).content.decode()
    assert "obj_7" in html
    target.refresh_from_db()
    assert (target.taxon_id, target.state, target.annotator) == (copepoda.pk, State.VALIDATED, carla)
    other = Object.objects.get(pk=tow.objects[7].pk)
    client.post(url, {"object": other.pk, "version": other.version, "keep": 1})
    assert disputed(closed) == []
    assert Object.objects.get(pk=other.pk).version == other.version


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "which object"),
        ({"object": "six", "version": "1", "keep": "1"}, "which object"),
        ({"object": "²", "version": "1", "keep": "1"}, "which object"),
        ({"object": "{6}", "version": str(2**31), "keep": "1"}, "which object"),
        ({"object": "{6}", "version": "{version}"}, "Decide one thing"),
        ({"object": "{6}", "version": "{version}", "taxon": ""}, "Decide one thing"),
        ({"object": "{6}", "version": "{version}", "taxon": "{copepoda}", "keep": "1"}, "Decide one thing"),
        ({"object": "{6}", "version": "{version}", "taxon": "987654321"}, "no such taxon"),
        ({"object": "{6}", "version": "{version}", "taxon": str(2**70)}, "no such taxon"),
        ({"object": "{6}", "version": "{version}", "taxon": "Copepoda"}, "no such taxon"),
        ({"object": "{6}", "version": "99", "keep": "1"}, "changed this object meanwhile"),
        ({"object": "987654321", "version": "1", "keep": "1"}, "not part of the reading"),
    ],
)
def test_what_cannot_be_settled_is_said_and_stays(client, tow, closed, carla, body, sentence):
    target = Object.objects.get(pk=tow.objects[6].pk)
    placeholders = {"{6}": str(target.pk), "{version}": str(target.version), "{copepoda}": str(tow.copepoda)}
    client.force_login(carla)
    url = f"/projects/{tow.project.pk}/readings/{closed.pk}/settle/?after={target.pk}"
    answer = client.post(url, {name: placeholders.get(text, text) for name, text in body.items()})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert sentence in html
    assert "obj_6" in html, "the same object again"
    assert disputed(closed) == [tow.objects[6].pk, tow.objects[7].pk]
    assert Object.objects.get(pk=target.pk).version == target.version


@pytest.mark.parametrize("after", ["²", "-1", "nonsense", "9" * 30])
def test_the_queue_starts_again_behind_its_end_and_where_the_address_is_wrong(
    client, tow, closed, carla, after
):
    client.force_login(carla)
    url = f"/projects/{tow.project.pk}/readings/{closed.pk}/settle/"
    assert "obj_6" in client.get(url, {"after": after}).content.decode()


def test_settling_never_overwrites_what_changed_meanwhile(tow, closed, bob, carla, copepoda, appendicularia):
    target = Object.objects.get(pk=tow.objects[6].pk)
    label_objects(
        project=tow.project, user=bob, targets=[Target(target.pk, target.version)], taxon=appendicularia
    )
    outcome = settle(reading=closed, user=carla, target=Target(target.pk, target.version), taxon=copepoda)
    assert outcome.conflicts[0]["annotator"] == "Bob"
    assert target.pk in disputed(closed)


def test_who_was_overtaken_sees_the_same_object_again(
    client, tow, closed, bob, carla, copepoda, appendicularia
):
    target = Object.objects.get(pk=tow.objects[6].pk)
    label_objects(
        project=tow.project, user=bob, targets=[Target(target.pk, target.version)], taxon=appendicularia
    )
    client.force_login(carla)
    url = f"/projects/{tow.project.pk}/readings/{closed.pk}/settle/?after={target.pk}"
    body = {"object": target.pk, "version": target.version, "taxon": copepoda.pk}
    html = client.post(url, body).content.decode()
    assert "Bob was faster: it is Appendicularia, validated. Look again." in html
    assert "obj_6" in html
    assert "obj_7" not in html


def test_what_all_readers_say_becomes_the_label(tow, closed, carla, copepoda, appendicularia):
    assert validate_agreed(reading=closed, user=carla) == 6
    states = [(o.taxon_id, o.state) for o in Object.objects.order_by("id")]
    assert states[:4] == [(copepoda.pk, "V")] * 4
    assert states[4:6] == [(appendicularia.pk, "V")] * 2
    assert states[8] == (None, "U"), "nobody could tell"
    assert validate_agreed(reading=closed, user=carla) == 0


def test_a_reader_sees_the_readings_that_are_theirs(client, tow, reading, bob, dan):
    set_role(project=tow.project, user=dan, role=Role.ANNOTATOR)
    url = f"/projects/{tow.project.pk}/readings/"
    client.force_login(bob)
    assert "First" in client.get(url).content.decode()
    client.force_login(dan)
    assert "First" not in client.get(url).content.decode()
    assert client.get(f"{url}{reading.pk}/").status_code == 404
