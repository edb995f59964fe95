"""A whole second reading by scripts: whatever the pages can do, and as blind as they are."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.learning.models import Model, Prediction
from annotations.projects.actions import set_role
from annotations.projects.models import Role
from annotations.readings.actions import choose, close_reading, start_reading
from annotations.readings.models import Choice, Reading
from annotations.readings.queries import disputed
from annotations.samples.models import Object, State
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
Ask = Callable[..., object]


@pytest.fixture
def ask(client: Client) -> Ask:
    """Asks as a person, and gives the answer's JSON."""

    def request(user: User, method: str, path: str, body: dict | None = None, status: int = 200):
        client.force_login(user)
        answer = client.generic(method, f"/api/v1/{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return request


@shared_rows
def copepoda(tow) -> Taxon:
    return Taxon.objects.get(pk=tow.copepoda)


@shared_rows
def reading(tow, alice, bob, carla) -> Reading:
    return start_reading(project=tow.project, user=alice, name="First", size=10, readers=[bob, carla])


@shared_rows
def split(tow, reading, bob, carla, copepoda) -> Reading:
    """Closed; of ten objects, the readers agree on eight."""
    objects = [each.pk for each in tow.objects]
    choose(reading=reading, user=bob, objects=objects, taxon=copepoda)
    choose(reading=reading, user=carla, objects=objects[:8], taxon=copepoda)
    choose(reading=reading, user=carla, objects=objects[8:], taxon=Taxon.objects.get(pk=tow.appendicularia))
    close_reading(reading=reading)
    return reading


def test_it_is_started_read_submitted_and_counted(tow, ask, alice, bob, carla, copepoda):
    body = {
        "name": "By script",
        "size": 3,
        "readers": ["bob", "carla"],
        "sampling": "taxon_share",
        "filter": {"state": "predicted"},
    }
    made = ask(alice, "POST", f"projects/{tow.project.pk}/readings/", body, 201)
    assert (made["sampling"], made["closed"]) == ("taxon_share", None)
    here = f"readings/{made['id']}/"
    for reader, closes in ((bob, False), (carla, True)):
        objects = [each["id"] for each in ask(reader, "GET", f"{here}objects/")]
        refused = ask(reader, "POST", f"{here}submit/", status=400)
        assert "3 objects have no name" in refused["detail"]
        choice = {"objects": objects, "taxon": copepoda.pk}
        assert ask(reader, "POST", f"{here}choices/", choice) == {"chosen": 3}
        submitted = ask(reader, "POST", f"{here}submit/")
        assert (submitted["closed"] is not None) == closes
        assert {row["name"]: row["done"] for row in submitted["readers"]}[reader.display_name] == 3
        assert "over" in ask(reader, "POST", f"{here}submit/", status=400)["detail"]
    assert ask(bob, "GET", f"{here}agreement/")["overall"]["percent"]["value"] == 1


def test_who_is_not_here_cannot_read(tow, ask, alice):
    body = {"name": "By script", "size": 3, "readers": ["alice", "nobody"]}
    wrong = ask(alice, "POST", f"projects/{tow.project.pk}/readings/", body, 400)
    assert "'nobody'" in wrong["detail"]


def test_a_reader_learns_nothing_but_their_own_names(tow, ask, reading, bob, carla, copepoda):
    """Every object has a label, a model's taxon and Carla's name; of all that Bob is told nothing."""
    Object.objects.update(taxon=copepoda, state=State.PREDICTED, score=0.875)
    model = Model.objects.create(name="m", job=Job.objects.create(kind="train", project=tow.project))
    for each in tow.objects:
        Prediction.objects.create(object=each, model=model, taxa=[tow.appendicularia], scores=[0.875])
    choose(reading=reading, user=carla, objects=[each.pk for each in tow.objects], taxon=copepoda)
    can_tell, cannot = tow.objects[3].pk, tow.objects[4].pk
    choose(
        reading=reading,
        user=bob,
        objects=[can_tell],
        taxon=Taxon.objects.create(name="Salpa", display_name="Salpa"),
    )
    choose(reading=reading, user=bob, objects=[cannot], taxon=None)
    result = {entry.pop("id"): entry for entry in ask(bob, "GET", f"readings/{reading.pk}/objects/")}
    assert set(result) == {each.pk for each in tow.objects}
    for pk, entry in result.items():
        assert set(entry) == {"is_named", "taxon", "image", "pixel_um"}
        assert entry["is_named"] == (pk in (can_tell, cannot))
        assert (entry["taxon"] or {}).get("name") == ("Salpa" if pk == can_tell else None)
        assert set(entry["image"]) == {"url", "width", "height"}


def test_while_it_is_open_no_route_tells_of_others_choices(
    tow, ask, reading, alice, bob, carla, root, copepoda
):
    choose(reading=reading, user=bob, objects=[tow.objects[0].pk], taxon=copepoda)
    for user in (alice, bob, carla, root):
        for method, route in (
            ("GET", "agreement"),
            ("GET", "settle"),
            ("POST", "settle"),
            ("POST", "agreed"),
        ):
            refusal = ask(user, method, f"readings/{reading.pk}/{route}/", status=403)
            assert "Copepoda" not in str(refusal)
        listed = ask(user, "GET", f"projects/{tow.project.pk}/readings/")
        assert "Copepoda" not in str(listed)
    for user in (alice, root):
        assert ask(user, "GET", f"readings/{reading.pk}/objects/", status=403)["detail"].startswith(
            "You are not"
        )


def test_a_name_is_given_or_taken_back_and_never_by_oversight(tow, ask, reading, bob, copepoda):
    choices, one = f"readings/{reading.pk}/choices/", [tow.objects[0].pk]
    for body in ({"objects": one}, {"objects": one, "taxon": copepoda.pk, "is_cleared": True}):
        assert "Say one thing" in ask(bob, "POST", choices, body, 400)["detail"]
    ask(bob, "POST", choices, {"objects": [2**63], "taxon": None}, 400)
    assert not Choice.objects.exists()
    assert ask(bob, "POST", choices, {"objects": one, "taxon": None}) == {"chosen": 1}
    assert Choice.objects.get().taxon is None
    assert ask(bob, "POST", choices, {"objects": one, "is_cleared": True}) == {"chosen": 1}
    assert not Choice.objects.exists()


def test_a_manager_closes_it(ask, reading, alice, carla):
    ask(carla, "POST", f"readings/{reading.pk}/close/", status=403)
    assert ask(alice, "POST", f"readings/{reading.pk}/close/")["closed"] is not None


def test_an_expert_settles_what_waits(tow, ask, split, bob, carla):
    here = f"readings/{split.pk}/settle/"
    ask(bob, "GET", here, status=403)
    first, second = ask(carla, "GET", here)
    assert [first["id"], second["id"]] == [each.pk for each in tow.objects[8:]]
    assert first["answers"] == [
        {"taxon": {"id": tow.copepoda, "name": "Copepoda"}, "readers": ["Bob"]},
        {"taxon": {"id": tow.appendicularia, "name": "Appendicularia"}, "readers": ["Carla"]},
    ]
    assert (first["original_id"], first["state"], len(first["images"])) == ("obj_8", "unclassified", 1)
    decision = {"id": first["id"], "version": first["version"], "taxon": tow.appendicularia}
    assert ask(carla, "POST", here, decision)["changed"] == 1
    assert Object.objects.get(pk=first["id"]).taxon_id == tow.appendicularia
    body = {"id": second["id"], "version": second["version"], "is_kept": True}
    assert ask(carla, "POST", here, body) == {"batch": None, "changed": 0, "conflicts": []}
    assert ask(carla, "GET", here) == []


def test_what_is_no_decision_settles_nothing(tow, ask, split, carla):
    target = {"id": tow.objects[8].pk, "version": Object.objects.get(pk=tow.objects[8].pk).version}
    for body, sentence in (
        ({}, "`id`"),
        (target, "Decide one thing"),
        ({**target, "taxon": tow.copepoda, "is_kept": True}, "Decide one thing"),
        ({**target, "taxon": 987654321}, "no taxon 987654321"),
        ({**target, "taxon": "Copepoda"}, "`taxon`"),
        ({**target, "state": "predicted"}, "`state`"),
        ({**target, "id": 987654321, "is_kept": True}, "not part of the reading"),
        ({**target, "version": 99, "is_kept": True}, "changed this object meanwhile"),
    ):
        refused = ask(carla, "POST", f"readings/{split.pk}/settle/", body, 400)
        assert sentence in refused["detail"]
    assert disputed(split) == [each.pk for each in tow.objects[8:]]


def test_what_all_readers_say_becomes_the_label(tow, ask, split, bob, carla):
    ask(bob, "POST", f"readings/{split.pk}/agreed/", status=403)
    assert ask(carla, "POST", f"readings/{split.pk}/agreed/") == {"changed": 6}
    assert Object.objects.filter(taxon=tow.copepoda, state=State.VALIDATED).count() == 8


def test_who_is_no_reader_cannot_tell_a_reading_from_none(tow, ask, reading, bob, dan, vera):
    none = ask(bob, "GET", f"readings/{reading.pk + 1}/objects/", status=404)
    for user in (dan, vera):
        assert ask(user, "GET", f"readings/{reading.pk}/objects/", status=404) == none
    set_role(project=tow.project, user=dan, role=Role.ANNOTATOR)
    assert ask(dan, "GET", f"readings/{reading.pk}/objects/", status=404) == none


def test_a_reader_who_may_only_look_on_by_now_reads_no_more(tow, ask, reading, bob):
    set_role(project=tow.project, user=bob, role=Role.VIEWER)
    refusal = ask(bob, "GET", f"readings/{reading.pk}/objects/", status=403)
    assert refusal["detail"] == (
        "This is for annotators, experts and managers, and you are a viewer of the project: ask a manager of it."
    )
