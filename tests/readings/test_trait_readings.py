"""Blind second readings of a trait: drawn where it applies, blind, counted by its kind, settled into values."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from annotations.jobs.models import Job
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.learning.models import Model
from annotations.projects.actions import set_role
from annotations.projects.models import Project, Role
from annotations.readings.actions import choose, close_reading, settle, start_reading, submit, validate_agreed
from annotations.readings.models import Choice, Reading
from annotations.readings.queries import answers_of_readers, disputed, figures
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import TraitValue
from annotations.traits.queries import values_now
from annotations.traits.undoing import undo_trait_values
from annotations.traits.vocabulary import change_trait, define_trait
from tests.plankton import tow
from tests.traits.conftest import lagoon
from tests.worlds import shared_rows

__all__ = ["lagoon", "tow"]

HIDDEN = {"hidden": True}
VALUES = {"y": "yes", "n": "no", "-": HIDDEN}


def draw(lagoon, alice, readers, trait, **more) -> Reading:
    params = {"name": "Eggs", "size": 10, **more}
    return start_reading(project=lagoon.project, user=alice, readers=readers, trait=trait, **params)


@shared_rows
def reading(lagoon, alice, bob, carla) -> Reading:
    """Of the egg sac: six objects, for only copepods can have one."""
    return draw(lagoon, alice, [bob, carla], lagoon.sac)


def read(reading, objects, user, values) -> None:
    for each, value in zip(objects, values, strict=False):
        if value is not None:
            choose(reading=reading, user=user, objects=[each.pk], value=value)


@shared_rows
def closed(lagoon, reading, bob, carla) -> Reading:
    """They agree on four of six: two with, one without, and one that shows nothing."""
    read(reading, lagoon.objects, bob, [VALUES[letter] for letter in "yyn-y-"])
    read(reading, lagoon.objects, carla, [VALUES[letter] for letter in "yyn-nn"])
    close_reading(reading=reading)
    reading.refresh_from_db()
    return reading


def now(trait, objects) -> list:
    return [entry["value"] for entry in values_now(trait.pk, [o.pk for o in objects])]


def scored(trait, user, objects, value) -> None:
    set_trait_values(trait=trait, user=user, targets=[Target(o.pk, 0) for o in objects], value=value)


# --- Drawing ----------------------------------------------------------------------------------------------------------


def test_only_objects_to_which_it_applies_are_drawn(lagoon, reading, alice, bob, carla):
    assert set(reading.reading_objects.values_list("object_id", flat=True)) == {
        o.pk for o in lagoon.objects[:6]
    }
    with pytest.raises(ValidationError, match="Nothing matches"):
        draw(lagoon, alice, [bob, carla], lagoon.number)
    scored(lagoon.sac, alice, lagoon.objects[2:4], "yes")
    eggs = draw(lagoon, alice, [bob, carla], lagoon.number)
    assert set(eggs.reading_objects.values_list("object_id", flat=True)) == {
        o.pk for o in lagoon.objects[2:4]
    }
    expected = Filter.parse({"state": "validated"})
    assert draw(lagoon, alice, [bob, carla], lagoon.sac, criteria=expected).reading_objects.count() == 2


def test_what_cannot_be_read_is_said(lagoon, alice, bob, carla):
    other = Project.objects.create(title="Elsewhere")
    theirs = define_trait(project=other, user=alice, name="Gut", kind="flag")
    change_trait(trait=lagoon.stage, user=alice, is_active=False)
    for trait, sentence in (
        (lagoon.remark, "no measure of agreement for words"),
        (lagoon.stage, "retired"),
        (theirs, "no trait of this project"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            draw(lagoon, alice, [bob, carla], trait)
    assert not Reading.objects.exists()


def test_a_manager_chooses_what_is_read(client, lagoon, alice, bob, carla):
    client.force_login(alice)
    url = f"/projects/{lagoon.project.pk}/readings/new/"
    form = client.get(url, {"trait_values": "egg_sac"}).content.decode()
    assert re.search(r'<option value="egg_sac" selected>\s*Egg sac', form)
    assert "the taxon" in form
    assert "Remark" not in form
    body = {"name": "Eggs", "size": 5, "seed": 0, "sampling": "random", "readers": [bob.pk, carla.pk]}
    refused = client.post(url, {**body, "trait": "remark"}).content.decode()
    assert "Select a valid choice" in refused
    client.post(url, {**body, "trait": "egg_sac"})
    assert Reading.objects.get().trait == lagoon.sac
    assert "Egg sac" in client.get(f"/projects/{lagoon.project.pk}/readings/").content.decode()


def test_what_is_being_read_is_not_changed_under_its_readers(lagoon, alice, bob, carla):
    draw(lagoon, alice, [bob, carla], lagoon.stage)
    for change in ({"choices": ["nauplius", "adult"]}, {"kind": "one"}):
        with pytest.raises(ValidationError, match="second reading 'Eggs'"):
            change_trait(trait=lagoon.stage, user=alice, **change)
        lagoon.stage.refresh_from_db()
    assert change_trait(trait=lagoon.stage, user=alice, help="Count the segments.").help


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_readers_learn_neither_what_is_stored_nor_predicted_nor_said_by_others(
    client, lagoon, reading, bob, carla, alice
):
    """Every object has a value, a model's or a person's, and Carla's; of all that Bob is told nothing."""
    scored(lagoon.sac, alice, lagoon.objects[:3], HIDDEN)
    model = Model.objects.create(name="m", job=Job.objects.create(kind="train", project=lagoon.project))
    scored(lagoon.sac, alice, lagoon.objects[3:6], HIDDEN)
    TraitValue.objects.filter(object__in=lagoon.objects[3:6]).update(
        state=State.PREDICTED, model_id=model.pk, score=0.875
    )
    read(reading, lagoon.objects, carla, [HIDDEN] * 6)
    choose(reading=reading, user=bob, objects=[lagoon.objects[0].pk], value="yes")
    client.force_login(bob)
    result = client.get(f"/api/v1/readings/{reading.pk}/objects/").json()
    assert {frozenset(entry) for entry in result} == {
        frozenset({"id", "is_named", "value", "image", "pixel_um"})
    }
    assert [entry["value"] for entry in result if entry["is_named"]] == [{"value": ["yes"], "name": "yes"}]
    assert {entry["value"] is None for entry in result if not entry["is_named"]} == {True}
    html = client.get(f"/projects/{lagoon.project.pk}/readings/{reading.pk}/").content.decode()
    gallery = html.split('id="gallery"')[1].split('id="trait"')[0]
    assert gallery.count('role="option"') == 6
    assert gallery.count('data-answer="{&quot;value&quot;: [&quot;yes&quot;]}"') == 1
    for hint in ("not visible", "hidden&quot;", "Copepoda", "predicted", "0.87", "Carla", "obj_"):
        assert hint not in gallery


def test_while_it_is_open_no_route_tells_of_others_values(client, lagoon, reading, alice, bob, carla, root):
    read(reading, lagoon.objects, carla, [HIDDEN] * 6)
    params = {"reading": f"{reading.pk}:{bob.pk}:yes:{carla.pk}:-"}
    for user in (alice, bob, carla, root):
        client.force_login(user)
        for route in ("agreement", "settle"):
            assert client.get(f"/api/v1/readings/{reading.pk}/{route}/").status_code == 403
        for route in ("figures", "settle"):
            assert (
                client.get(f"/projects/{lagoon.project.pk}/readings/{reading.pk}/{route}/").status_code == 403
            )
        with pytest.raises(ValidationError, match="not closed yet"):
            Filter.parse(params, user)
    client.force_login(alice)
    listed = client.get(f"/api/v1/projects/{lagoon.project.pk}/readings/").json()[0]
    assert (listed["trait"], [row["done"] for row in listed["readers"]]) == ("egg_sac", [0, 6])
    assert "hidden" not in str(listed)
    assert now(lagoon.sac, lagoon.objects) == [None] * 10, "a reader's value is none of the project"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"value": "perhaps"}, "takes one of yes, no"),
        ({"value": 3}, "takes one of yes, no"),
        ({"value": ["yes", "no"]}, "not several"),
        ({"value": None}, "say a `value`"),
        ({"taxon": "copepoda"}, "not a `taxon`"),
    ],
)
def test_what_is_no_answer_is_refused(lagoon, reading, bob, answer, sentence):
    if "taxon" in answer:
        answer = {"taxon": Taxon.objects.get(pk=lagoon.copepoda)}
    with pytest.raises(ValidationError, match=sentence):
        choose(reading=reading, user=bob, objects=[lagoon.objects[0].pk], **answer)
    assert not Choice.objects.exists()


def test_a_reading_of_taxa_takes_no_values(lagoon, alice, bob, carla):
    taxa = draw(lagoon, alice, [bob, carla], None)
    with pytest.raises(ValidationError, match="say a `taxon`"):
        choose(reading=taxa, user=bob, objects=[lagoon.objects[0].pk], value="yes")


def test_a_reader_thinks_again_takes_back_and_submits(lagoon, reading, bob, carla):
    one = [lagoon.objects[0].pk]
    choose(reading=reading, user=bob, objects=one, value="yes")
    choose(reading=reading, user=bob, objects=one, value=HIDDEN)
    assert Choice.objects.get().value == HIDDEN
    assert choose(reading=reading, user=bob, objects=one, is_cleared=True) == 1
    with pytest.raises(ValidationError, match="6 objects have no value of yours yet: “not visible” is one"):
        submit(reading=reading, user=bob)
    for reader in (bob, carla):
        read(reading, lagoon.objects[:6], reader, ["no"] * 6)
        submit(reading=reading, user=reader)
    reading.refresh_from_db()
    assert reading.closed is not None


# --- Figures ----------------------------------------------------------------------------------------------------------


def test_not_visible_is_a_category_of_its_own(closed):
    result = figures(closed)
    (pair,) = result["pairs"]
    names = [value["name"] for value in pair["values"]]
    cells = {(a, b): pair["matrix"][i][j] for i, a in enumerate(names) for j, b in enumerate(names)}
    assert sorted(names) == ["no", "not visible", "yes"]
    assert (cells["yes", "yes"], cells["no", "no"], cells["not visible", "not visible"]) == (2, 1, 1)
    assert (cells["yes", "no"], cells["not visible", "no"], cells["no", "yes"]) == (1, 1, 0)
    assert result["overall"]["percent"]["value"] == pytest.approx(4 / 6, abs=1e-4)
    # by hand: 12 values, yes 5, no 4, not visible 3; expected 1 - (20 + 12 + 6) / 132, observed 2 / 6
    assert result["overall"]["alpha"]["value"] == pytest.approx(1 - (2 / 6) / (94 / 132), abs=1e-4)
    # Bob: yes 3, no 1, not visible 2; Carla: yes 2, no 3, not visible 1
    by_chance = (3 * 2 + 1 * 3 + 2 * 1) / 36
    assert pair["kappa"]["value"] == pytest.approx((4 / 6 - by_chance) / (1 - by_chance), abs=1e-4)
    per = {entry["value"]["name"]: entry["named"] for entry in result["values"]}
    assert per == {"yes": 5, "no": 4, "not visible": 3}


def test_of_an_order_near_is_less_wrong_than_far(lagoon, alice, bob, carla):
    alphas = []
    for wrong in ("juvenile", "adult"):
        reading = draw(lagoon, alice, [bob, carla], lagoon.stage)
        truth = ["nauplius"] * 4 + ["juvenile"] * 3 + ["adult"] * 3
        read(reading, lagoon.objects, bob, truth)
        read(reading, lagoon.objects, carla, [wrong, *truth[1:]])
        close_reading(reading=reading)
        result = figures(reading)
        alphas.append(result["overall"]["alpha"]["value"])
        assert result["metric"] == "ordinal"
        assert [value["name"] for value in result["pairs"][0]["values"]] == ["nauplius", "juvenile", "adult"]
        assert result["pairs"][0]["kappa"]["value"] is not None
        assert result["overall"]["visibility"]["value"] is None, "all were visible"
    assert alphas[0] > alphas[1]


def test_of_numbers_there_is_alpha_and_no_kappa_and_the_furthest_apart_open(
    client, lagoon, alice, bob, carla
):
    reading = draw(lagoon, alice, [bob, carla], lagoon.length)
    first = [1000, 1100, 1200.5, 1300, 1400, 1500, 1600, 1700, HIDDEN, HIDDEN]
    second = [1000, 1101, 1200.5, 1300, 1900, 1500, 1600, 1700, HIDDEN, 1800]
    read(reading, lagoon.objects, bob, first)
    read(reading, lagoon.objects, carla, second)
    close_reading(reading=reading)
    result = figures(reading)
    assert set(result["overall"]) == {"percent", "alpha", "visibility"}
    assert result["overall"]["percent"]["value"] == 0.7
    values = [[a, b] for a, b in zip(first[:8], second[:8], strict=True)]
    assert result["overall"]["alpha"]["value"] == pytest.approx(interval_by_definition(values), abs=1e-4)
    assert result["overall"]["visibility"]["value"] == pytest.approx(
        1 - 0.1 / (2 * 3 * 17 / (20 * 19)), abs=1e-4
    )
    (pair,) = result["pairs"]
    assert "kappa" not in pair
    assert [(a["name"], b["name"]) for a, b in (line["values"] for line in pair["furthest"])] == [
        ("not visible", "1800 µm"),
        ("1400 µm", "1900 µm"),
        ("1100 µm", "1101 µm"),
    ]
    client.force_login(carla)
    html = client.get(f"/projects/{lagoon.project.pk}/readings/{reading.pk}/figures/").content.decode()
    assert "kappa" not in html
    url = re.search(r'href="([^"]+)" aria-label="1 objects: 1400 µm and 1900 µm"', html)[1]
    opened = client.get(url).content.decode()
    assert opened.count('role="option"') == 1
    assert f'data-id="{lagoon.objects[4].pk}"' in opened


def interval_by_definition(pairs: list[list[float]]) -> float:
    values = [value for pair in pairs for value in pair]
    expected = sum((a - b) ** 2 for a in values for b in values) / (len(values) * (len(values) - 1))
    return 1 - sum((a - b) ** 2 for a, b in pairs) * 2 / len(values) / expected


def test_three_readers_of_several_choices(lagoon, alice, bob, carla, root):
    set_role(project=lagoon.project, user=root, role=Role.EXPERT)
    reading = draw(lagoon, alice, [bob, carla, root], lagoon.antennae)
    for reader, choices in ((bob, ["broken", "spread"]), (carla, ["spread", "broken"]), (root, ["spread"])):
        read(reading, lagoon.objects, reader, [choices, "folded"])
    close_reading(reading=reading)
    result = figures(reading)
    assert result["overall"]["percent"]["value"] == pytest.approx((1 / 3 + 1) / 2, abs=1e-4)
    assert result["overall"]["fleiss"]["value"] is not None
    assert len(result["pairs"]) == 3
    cell = f"{reading.pk}:{bob.pk}:spread,broken:{root.pk}:spread"
    rows = page(lagoon.project.pk, Filter.parse({"reading": cell}, alice)).objects
    assert [row["id"] for row in rows] == [lagoon.objects[0].pk]


# --- Cells that open --------------------------------------------------------------------------------------------------


def test_a_cell_of_the_matrix_opens_its_objects(client, lagoon, closed, carla):
    client.force_login(carla)
    html = client.get(f"/projects/{lagoon.project.pk}/readings/{closed.pk}/figures/").content.decode()
    for label, objects in (("yes and no", [4]), ("not visible and no", [5]), ("yes and yes", [0, 1])):
        url = re.search(rf'href="([^"]+)" aria-label="\d objects: {label}"', html)[1]
        opened = client.get(url).content.decode()
        result = set(re.findall(r'data-id="(\d+)"', opened))
        assert result == {str(lagoon.objects[n].pk) for n in objects}
    assert "Bob: yes, Carla: yes (Egg sac)" in opened


def test_who_does_not_see_the_figures_cannot_ask_for_a_cell(lagoon, closed, alice, bob, carla, dan, vera):
    set_role(project=lagoon.project, user=dan, role=Role.ANNOTATOR)
    params = {"reading": f"{closed.pk}:{bob.pk}:yes:{carla.pk}:no"}
    for user in (alice, bob, carla):
        rows = page(lagoon.project.pk, Filter.parse(params, user)).objects
        assert [row["id"] for row in rows] == [lagoon.objects[4].pk]
    for user in (dan, vera, None):
        with pytest.raises(ValidationError, match="not for you"):
            Filter.parse(params, user)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("{r}:{b}:perhaps:{c}:no", "takes one of yes, no"),
        ("{r}:{b}:1:{c}:2", "takes one of yes, no"),
        ("{r}:{b}:yes", "five parts"),
        ("{r}:{b}::{c}:", "five parts"),
        ("{r}:bob:yes:{c}:no", "takes the number"),
    ],
)
def test_a_cell_that_makes_no_sense_is_answered_with_the_remedy(
    client, lagoon, closed, bob, carla, cell, sentence
):
    client.force_login(carla)
    params = {"reading": cell.format(r=closed.pk, b=bob.pk, c=carla.pk)}
    for path in (f"/projects/{lagoon.project.pk}/", f"/api/v1/projects/{lagoon.project.pk}/objects/"):
        answer = client.get(path, params)
        assert (answer.status_code, sentence in answer.content.decode()) == (400, True)


# --- Settling ---------------------------------------------------------------------------------------------------------


def test_an_expert_settles_and_it_can_be_undone(client, lagoon, closed, carla):
    assert disputed(closed) == [o.pk for o in lagoon.objects[4:6]]
    client.force_login(carla)
    url = f"/projects/{lagoon.project.pk}/readings/{closed.pk}/settle/"
    html = client.get(url).content.decode()
    assert "2</span> objects with different values wait" in html
    assert "Egg sac now: no value, unclassified" in html
    assert 'name="value" value="yes"' in html
    html = client.post(url, {"object": lagoon.objects[4].pk, "version": 0, "value": "yes"}, follow=True)
    assert 'name="value" value="-"' in html.content.decode(), "the next: Bob could not see it"
    (entry,) = values_now(lagoon.sac.pk, [lagoon.objects[4].pk])
    assert (entry["value"], entry["state"], entry["annotator"]) == (["yes"], "validated", "Carla")
    client.post(url, {"object": lagoon.objects[5].pk, "version": 0, "value": "-"})
    assert disputed(closed) == []
    assert now(lagoon.sac, lagoon.objects[4:6]) == [["yes"], HIDDEN]
    undo_trait_values(batch=Batch.objects.latest("id"), user=carla, role=Role.EXPERT)
    assert now(lagoon.sac, lagoon.objects[4:6]) == [["yes"], None]
    assert Object.objects.get(pk=lagoon.objects[4].pk).version == lagoon.objects[4].version, (
        "no label changed"
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Decide one thing: a value"),
        ({"value": ""}, "Decide one thing"),
        ({"value": "yes", "keep": "1"}, "Decide one thing"),
        ({"value": "perhaps"}, "takes one of yes, no"),
        ({"taxon": "{copepoda}"}, "not a `taxon`"),
        ({"dubious": "1"}, "no value of Egg sac yet"),
        ({"keep": "1", "version": "7"}, "changed this object meanwhile"),
    ],
)
def test_what_cannot_be_settled_is_said_and_stays(client, lagoon, closed, carla, body, sentence):
    client.force_login(carla)
    one = lagoon.objects[4].pk
    fields = {name: text.replace("{copepoda}", str(lagoon.copepoda)) for name, text in body.items()}
    url = f"/projects/{lagoon.project.pk}/readings/{closed.pk}/settle/?after={one}"
    answer = client.post(url, {"object": one, "version": 0, **fields})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert sentence in html
    assert "obj_4" in html, "the same object again"
    assert len(disputed(closed)) == 2
    assert not TraitValue.objects.exists()


def test_who_was_overtaken_is_told_by_whom_and_decides_again(client, lagoon, closed, bob, carla):
    one = lagoon.objects[4]
    scored(lagoon.sac, bob, [one], "no")
    client.force_login(carla)
    url = f"/projects/{lagoon.project.pk}/readings/{closed.pk}/settle/?after={one.pk}"
    html = client.post(url, {"object": one.pk, "version": 0, "value": "yes"}).content.decode()
    assert "Bob was faster: it is no, validated. Look again." in html
    assert "obj_4" in html
    assert 'name="version" value="1"' in html
    assert now(lagoon.sac, [one]) == [["no"]]
    client.post(url, {"object": one.pk, "version": 1, "dubious": 1})
    assert [(e["value"], e["state"]) for e in values_now(lagoon.sac.pk, [one.pk])] == [(["no"], "dubious")]
    assert disputed(closed) == [lagoon.objects[5].pk]


def test_an_object_to_which_it_does_not_apply_any_more_waits(lagoon, closed, carla):
    one = lagoon.objects[4]
    Object.objects.filter(pk=one.pk).update(taxon=lagoon.appendicularia)
    with pytest.raises(ValidationError, match="does not apply to this object any more"):
        settle(reading=closed, user=carla, target=Target(one.pk, 0), value="yes")
    assert one.pk in disputed(closed)
    assert settle(reading=closed, user=carla, target=Target(one.pk, 0), is_kept=True).changed == 0
    assert one.pk not in disputed(closed)


def test_what_all_readers_say_becomes_the_value(client, lagoon, closed, alice, carla):
    scored(lagoon.sac, alice, lagoon.objects[:1], "yes")
    scored(lagoon.sac, alice, lagoon.objects[1:2], "no")
    client.force_login(carla)
    url = f"/projects/{lagoon.project.pk}/readings/{closed.pk}/agreed/"
    assert "3 values follow what all readers said" in client.post(url, follow=True).content.decode()
    assert now(lagoon.sac, lagoon.objects[:6]) == [["yes"], ["yes"], ["no"], HIDDEN, None, None]
    assert validate_agreed(reading=closed, user=carla) == 0


def test_a_trait_that_was_retired_meanwhile_is_said(client, lagoon, closed, carla):
    change_trait(trait=lagoon.sac, user=None, is_active=False)
    client.force_login(carla)
    here = f"/projects/{lagoon.project.pk}/readings/{closed.pk}"
    assert "takes no more values" in client.post(f"{here}/agreed/", follow=True).content.decode()
    body = {"object": lagoon.objects[4].pk, "version": 0, "value": "yes"}
    answer = client.post(f"{here}/settle/", body)
    assert (answer.status_code, "takes no more values" in answer.content.decode()) == (400, True)


# --- By scripts -------------------------------------------------------------------------------------------------------


def test_a_whole_reading_by_scripts(client, lagoon, alice, bob, carla):
    def ask(user, method, path, status=200, **body):
        client.force_login(user)
        answer = client.generic(method, f"/api/v1/{path}", json.dumps(body), "application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    here = f"projects/{lagoon.project.pk}/readings/"
    body = {"name": "By script", "size": 3, "readers": ["bob", "carla"]}
    assert "'colour'" in ask(alice, "POST", here, 400, **body, trait="colour")["detail"]
    made = ask(alice, "POST", here, 201, **body, trait="egg_sac")
    assert made["trait"] == "egg_sac"
    here = f"readings/{made['id']}/"
    objects = sorted(entry["id"] for entry in ask(bob, "GET", f"{here}objects/"))
    refused = ask(bob, "POST", f"{here}choices/", 400, objects=objects, value="yes", taxon=None)
    assert "Say one thing" in refused["detail"]
    for reader, values in ((bob, ["yes", "no", HIDDEN]), (carla, ["yes", HIDDEN, HIDDEN])):
        for pk, value in zip(objects, values, strict=True):
            assert ask(reader, "POST", f"{here}choices/", objects=[pk], value=value) == {"chosen": 1}
        ask(reader, "POST", f"{here}submit/")
    assert ask(bob, "GET", f"{here}agreement/")["metric"] == "nominal"
    (waits,) = ask(carla, "GET", f"{here}settle/")
    assert waits["answers"] == [
        {"value": {"value": ["no"], "name": "no"}, "readers": ["Bob"]},
        {"value": {"value": HIDDEN, "name": "not visible"}, "readers": ["Carla"]},
    ]
    assert (waits["id"], waits["version"], waits["value"]) == (objects[1], 0, None)
    decision = {"id": waits["id"], "version": 0, "value": "no"}
    assert ask(carla, "POST", f"{here}settle/", **decision)["changed"] == 1
    assert ask(carla, "POST", f"{here}agreed/") == {"changed": 2}
    assert {entry["id"]: entry["value"] for entry in values_now(lagoon.sac.pk, objects)} == dict(
        zip(objects, [["yes"], ["no"], HIDDEN], strict=True)
    )
    assert answers_of_readers(Reading.objects.get(), objects[:1])[objects[0]][0]["readers"] == [
        "Bob",
        "Carla",
    ]
