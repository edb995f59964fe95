"""What is drawn gives a trait its value: of the person who drew it, in the trait's unit."""

import pytest
from django.core.exceptions import ValidationError

from annotations.marks.actions import adopt_starter_set, change_mark, make_mark, remove_mark, undo_change
from annotations.projects.models import Role
from annotations.traits.queries import trait_history, values_now
from annotations.traits.vocabulary import define_trait
from tests.marks.importing import bring
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db

LINE = {"points": [[10, 10], [10, 20], [20, 20]]}  # 20 px; a pixel of the tow is 50 µm


@shared_rows
def prosome(tow, alice):
    label = next(label for label in adopt_starter_set(project=tow.project) if label.key == "prosome")
    fields = {"kind": "measure", "mark_label": "prosome", "mark_measure": "length"}
    define_trait(project=tow.project, user=alice, name="Prosome length", unit="mm", **fields)
    define_trait(project=tow.project, user=alice, name="Prosome in pixels", unit="px", **fields)
    return label


def draw(tow, label, author, geometry=LINE, kind="polyline"):
    image = tow.objects[0].images.get()
    return make_mark(image=image, label=label, kind=kind, geometry=geometry, author=author)


def trait_value_of(tow, key="prosome_length"):
    trait = tow.project.traits.get(key=key)
    (now,) = values_now(trait.pk, [tow.objects[0].pk])
    return now["value"], now["annotator"]


def test_the_length_of_a_line_is_the_trait_s_value_in_its_unit(tow, prosome, bob):
    draw(tow, prosome, bob)
    assert trait_value_of(tow) == (1, bob.display_name)
    assert trait_value_of(tow, "prosome_in_pixels") == (20, bob.display_name)
    assert [entry["to"]["value"] for entry in trait_history(tow.objects[0].pk)] == [20, 1]


def test_several_are_summed_and_a_mark_that_goes_takes_its_share_along(tow, prosome, bob):
    first = draw(tow, prosome, bob)
    second = draw(tow, prosome, bob)
    assert trait_value_of(tow)[0] == 2
    removal = remove_mark(mark=first.mark, user=bob, role=Role.ANNOTATOR, version=1)
    assert trait_value_of(tow)[0] == 1
    longer = {"points": [[10, 10], [10, 30]]}
    change_mark(mark=second.mark, user=bob, role=Role.ANNOTATOR, version=1, geometry=longer)
    assert trait_value_of(tow)[0] == 1
    undo_change(change=removal, user=bob, role=Role.ANNOTATOR)
    assert trait_value_of(tow)[0] == 2
    for change in (first, second):
        change.mark.refresh_from_db()
        remove_mark(mark=change.mark, user=bob, role=Role.ANNOTATOR, version=change.mark.version)
    assert trait_value_of(tow)[0] is None, "without marks nobody has looked"


def test_what_one_person_said_is_not_overwritten_by_what_another_draws(tow, prosome, bob, carla):
    draw(tow, prosome, bob)
    draw(tow, prosome, carla)
    assert trait_value_of(tow) == (1, bob.display_name)


def test_a_count_is_how_many_there_are(tow, prosome, bob, alice):
    define_trait(
        project=tow.project, user=alice, name="Eggs", kind="count", mark_label="egg", mark_measure="count"
    )
    egg = tow.project.mark_labels.get(key="egg")
    for x in range(3):
        draw(tow, egg, bob, {"points": [[x, 5]]}, "point")
    assert trait_value_of(tow, "eggs")[0] == 3


def test_marks_that_are_imported_give_values_too(tow, prosome, bob):
    table = "object,label,kind,geometry\n" + 'obj_0,prosome,polyline,"{""points"": [[1, 1], [1, 11]]}"\n'
    assert bring(tow.project, bob, table.encode()).result == {"made": 1, "present": 0, "values": 2}
    assert trait_value_of(tow) == (0.5, bob.display_name)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "measure", "unit": "µm", "mark_measure": "length"}, "Say both"),
        ({"kind": "measure", "unit": "µm", "mark_label": "egg"}, "Say both"),
        ({"kind": "measure", "unit": "kg", "mark_label": "egg", "mark_measure": "length"}, "µm, mm, px"),
        ({"kind": "count", "mark_label": "egg", "mark_measure": "length"}, "A count follows"),
        ({"kind": "measure", "unit": "µm", "mark_label": "egg", "mark_measure": "count"}, "A count follows"),
        ({"kind": "flag", "mark_label": "egg", "mark_measure": "count"}, "A count follows"),
    ],
)
def test_a_trait_follows_only_what_can_be_told_in_its_unit(tow, alice, fields, says):
    with pytest.raises(ValidationError, match=says):
        define_trait(project=tow.project, user=alice, name="New", **fields)


def test_what_is_marked_is_found(tow, prosome, bob, client, alice):
    drawn = draw(tow, prosome, bob)
    client.force_login(alice)
    base = f"/api/v1/projects/{tow.project.pk}/objects/"

    def matching_ids(question: str) -> list[int]:
        return [row["id"] for row in client.get(f"{base}?{question}").json()["results"]]

    assert matching_ids("marked=prosome") == matching_ids("marked=egg&marked=prosome") == [tow.objects[0].pk]
    assert matching_ids("marked=prosome&trait=prosome_length>=1") == [tow.objects[0].pk]
    assert matching_ids("marked=egg") == matching_ids("marked=prosome&trait=prosome_length>1") == []
    form = client.get(f"/projects/{tow.project.pk}/filters/?marked=prosome").content.decode()
    assert 'name="marked" value="prosome" checked' in form
    remove_mark(mark=drawn.mark, user=bob, role=Role.ANNOTATOR, version=1)
    assert matching_ids("marked=prosome") == []
