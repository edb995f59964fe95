"""Traits through the API: defining, scoring, asking, undoing."""

import pytest

from annotations.labels.targets import Target
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.traits.actions import set_trait_values
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(lagoon, client, alice):
    client.force_login(alice)
    base = f"/api/v1/projects/{lagoon.project.pk}"

    def call(method, path, **body):
        url = f"{base}/{path}" if not path.startswith("/") else f"/api/v1{path}"
        send = getattr(client, method)
        return send(url, body, "application/json") if method in ("post", "patch") else send(url, body)

    return call


def test_a_trait_is_defined_changed_and_retired(api, lagoon):
    body = {"name": "Gut", "kind": "ordinal", "choices": ["empty", "half", "full"], "only_if": "egg_sac"}
    refused = api("post", "traits/", **body)
    assert refused.status_code == 400
    assert "Say with which value" in refused.content.decode()
    made = api("post", "traits/", **body, only_if_choices=["no"], applies_to=[lagoon.copepoda]).json()
    assert (made["key"], made["only_if"]) == ("gut", "egg_sac")
    changed = api("patch", f"/traits/{made['id']}/", name="Gut fullness", is_active=False).json()
    assert (changed["key"], changed["name"], changed["is_active"]) == ("gut", "Gut fullness", False)
    assert api("get", "traits/versions/").json()[0]["content"][-1]["name"] == "Gut fullness"


def test_a_set_is_adopted(api):
    assert len(api("post", "traits/sets/", name="Condition").json()) == 6
    assert "dead" in [trait["key"] for trait in api("get", "traits/").json()]


def test_what_a_taxon_may_have_before_any_object_is_it(api, lagoon):
    def keys(taxon):
        return {trait["key"] for trait in api("get", "traits/", taxon=taxon).json()}

    everybodys = {"number_of_eggs", "antennae", "prosome_length", "remark", "stage"}
    assert keys(lagoon.copepoda) == {"egg_sac", *everybodys}
    assert keys(lagoon.appendicularia) == everybodys
    assert api("get", "traits/", taxon=10**9).status_code == 400


@pytest.mark.parametrize("choices", [[1, 2], [{"name": "a", "key": "NO GOOD"}, "b"], "ab", [["a"], "b"]])
def test_odd_choices_are_refused(api, choices):
    assert api("post", "traits/", name="X", kind="one", choices=choices).status_code == 400


def test_objects_are_scored_asked_for_and_undone(api, lagoon):
    targets = [{"id": o.pk, "version": 0} for o in lagoon.objects[:8]]
    outcome = api("post", "trait-values/", trait="egg_sac", objects=targets, value="yes").json()
    assert (outcome["changed"], outcome["inapplicable"], outcome["conflicts"]) == (6, 2, [])
    first = lagoon.objects[0].pk
    (now,) = api("get", "trait-values/", trait="egg_sac", ids=first).json()
    assert (now["value"], now["state"], now["version"]) == (["yes"], "validated", 1)
    listed = api("get", "objects/", limit=1).json()["results"][0]
    assert listed["traits"]["egg_sac"]["value"] == ["yes"]
    assert api("get", f"/objects/{first}/trait-values/").json()["history"][0]["to"]["value"] == ["yes"]
    undone = api("post", f"/batches/{outcome['batch']}/undo/").json()
    assert undone["changed"] == 6
    assert api("get", f"/objects/{first}/trait-values/").json()["traits"] == {}


@pytest.mark.parametrize(
    "body",
    [
        {"trait": "colour", "objects": [{"id": 1, "version": 0}], "value": "red"},
        {"trait": "egg_sac", "objects": [{"id": 1, "version": 0}]},
        {"trait": "egg_sac", "value": "yes"},
        {"trait": "egg_sac", "objects": [{"id": 1, "version": 0}], "value": {"hidden": False}},
        {"trait": "egg_sac", "objects": [{"id": 1, "version": 0}], "state": "predicted"},
    ],
)
def test_what_cannot_be_scored_is_explained(api, body):
    answer = api("post", "trait-values/", **body)
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()


def give(lagoon, user, trait, objects, value):
    set_trait_values(trait=trait, user=user, targets=[Target(o.pk, 0) for o in objects], value=value)


@shared_rows
def scored(lagoon, alice):
    objects = lagoon.objects
    give(lagoon, alice, lagoon.sac, objects[:2], "yes")
    give(lagoon, alice, lagoon.sac, objects[2:4], "no")
    give(lagoon, alice, lagoon.sac, objects[4:5], {"hidden": True})
    give(lagoon, alice, lagoon.length, objects[:1], 2500)
    give(lagoon, alice, lagoon.length, objects[1:2], 900)
    give(lagoon, alice, lagoon.stage, objects[:1], "adult")
    give(lagoon, alice, lagoon.stage, objects[1:2], "juvenile")
    give(lagoon, alice, lagoon.stage, objects[2:3], "nauplius")
    give(lagoon, alice, lagoon.antennae, objects[:1], ["spread", "broken"])
    give(lagoon, alice, lagoon.remark, objects[:1], "Very OLD one")
    return lagoon


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (["egg_sac=yes"], [0, 1]),
        (["egg_sac!=yes"], [2, 3]),
        (["egg_sac=hidden"], [4]),
        (["egg_sac=any"], [0, 1, 2, 3, 4]),
        (["egg_sac=none"], [5, 6, 7, 8, 9]),
        (["egg_sac=applies", "egg_sac=none"], [5]),
        (["number_of_eggs=applies"], [0, 1]),
        (["prosome_length>=2000", "prosome_length<=3000"], [0]),
        (["prosome_length<1000"], [1]),
        (["stage>=juvenile"], [0, 1]),
        (["stage<juvenile"], [2]),
        (["stage!=adult"], [1, 2]),
        (["antennae=broken"], [0]),
        (["remark~old"], [0]),
        (["remark=Very OLD one"], [0]),
        (["remark!=something"], [0]),
        (["egg_sac=yes", "stage=adult"], [0]),
    ],
)
def test_the_filter_asks_for_values(scored, query, expected):
    rows = page(scored.project.pk, Filter.parse({"trait": query})).objects
    assert [row["id"] for row in rows] == [scored.objects[n].pk for n in expected]


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "egg_sac=perhaps",
        "egg_sac>=no",
        "stage~a",
        "prosome_length~2",
        "prosome_length=x",
        "remark>a",
        "egg_sac",
    ],
)
def test_a_wrong_question_is_answered_with_the_remedy(scored, query):
    with pytest.raises(Exception, match=r"takes|such trait|compare") as refused:
        page(scored.project.pk, Filter.parse({"trait": query}))
    assert type(refused.value).__name__ == "ValidationError"


def test_the_state_of_a_trait_can_be_asked_for(scored, api):
    assert len(api("get", "objects/", trait_state="egg_sac=validated").json()["results"]) == 5
    assert api("get", "objects/", trait_state="egg_sac=predicted").json()["results"] == []
    assert len(api("get", "objects/", trait_state="egg_sac=predicted,validated").json()["results"]) == 5
    assert api("get", "objects/", trait_state="egg_sac=sure").status_code == 400


def test_values_are_counted_where_the_trait_applies(scored, api):
    counted = {
        str(c["value"]): c["count"] for c in api("get", "trait-values/counts/", trait="egg_sac").json()
    }
    assert counted == {"['yes']": 2, "['no']": 2, "{'hidden': True}": 1, "None": 1}
    counted = api("get", "trait-values/counts/", trait="number_of_eggs").json()
    assert counted == [{"value": None, "state": "unclassified", "count": 2}], "only those with an egg sac"
    counted = api("get", "trait-values/counts/", trait="egg_sac", state="predicted").json()
    assert sum(c["count"] for c in counted) == 4
