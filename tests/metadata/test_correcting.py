"""Corrections of samples: what follows, what is refused, what comes back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from annotations.metadata.actions import apply_correction, plan_correction, undo_correction
from annotations.metadata.columns import columns_of
from annotations.metadata.correcting import correct_cell, plan_many
from annotations.metadata.models import Correction
from annotations.metadata.planning import CellChange
from annotations.samples.models import Extent, Object, Sample
from tests.metadata.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def correct(cruise, alice):
    """Corrects cells as (sample, key of the column, text), all as one."""

    def act(*cells: tuple[Sample, str, str]) -> Correction:
        columns = columns_of(cruise.project)
        changes = [CellChange(sample.pk, columns[key], text) for sample, key, text in cells]
        correction = plan_correction(
            project=cruise.project, user=alice, source=Correction.CorrectionSource.FORM, changes=changes
        )
        apply_correction(correction=correction, user=alice)
        return correction

    return act


def of_objects(sample: Sample, column: str) -> list:
    return list(Object.objects.filter(sample=sample).order_by("id").values_list(column, flat=True))


def test_a_position_is_that_of_all_objects_and_day_and_night_follow(cruise, correct):
    assert of_objects(cruise.net, "sun") == ["D", "D", "D"]
    correction = correct((cruise.net, "longitude", "-172.7"), (cruise.net, "latitude", "43°30"))
    cruise.net.refresh_from_db()
    assert (cruise.net.latitude, cruise.net.longitude) == (43.5, -172.7)
    assert of_objects(cruise.net, "latitude") == [43.5] * 3
    assert of_objects(cruise.net, "sun") == ["N", "N", "N"], "noon in Greenwich is midnight there"
    extent = Extent.objects.get(sample=cruise.net)
    assert (extent.suns, extent.west, extent.east) == (["N"], -172.7, -172.7), "not as wide as both"
    assert of_objects(cruise.profile, "latitude") == [43, 43.1, 43.2], "another sample"
    assert (correction.rows, correction.columns) == (1, ["longitude", "latitude"])


def test_a_correction_is_undone_as_one_and_that_as_well(cruise, correct, alice):
    correction = correct(
        (cruise.net, "latitude", "10"), (cruise.net, "field:tot_vol", ""), (cruise.profile, "name", "ctd")
    )
    undo, stay = undo_correction(correction=correction, user=alice)
    cruise.net.refresh_from_db()
    cruise.profile.refresh_from_db()
    assert (cruise.net.fields, cruise.profile.original_id) == ({"tot_vol": "12.5", "ship": "Tara"}, "profile")
    assert of_objects(cruise.net, "latitude") == [43.1] * 3
    assert stay == 0
    with pytest.raises(ValidationError, match="undone already"):
        undo_correction(correction=correction, user=alice)
    undo_correction(correction=undo, user=alice)
    cruise.net.refresh_from_db()
    assert cruise.net.fields == {"ship": "Tara"}


def test_undo_leaves_what_somebody_changed_since(cruise, correct, alice):
    first = correct((cruise.net, "field:ship", "Atalante"), (cruise.net, "depth_max", "100"))
    correct((cruise.net, "field:ship", "Thalassa"))
    _, stay = undo_correction(correction=first, user=alice)
    cruise.net.refresh_from_db()
    assert (stay, cruise.net.fields["ship"], of_objects(cruise.net, "depth_max")) == (
        1,
        "Thalassa",
        [200] * 3,
    )


def test_moments_that_differ_move_together(cruise, correct, alice):
    correction = correct((cruise.profile, "taken_at", "2026-04-12 14:00"))
    expected = [NOON + timedelta(hours=2, minutes=n) for n in range(3)]
    assert of_objects(cruise.profile, "taken_at") == expected
    undo_correction(correction=correction, user=alice)
    assert of_objects(cruise.profile, "taken_at") == [NOON + timedelta(minutes=n) for n in range(3)]


def test_a_day_alone_has_no_time_and_no_sun(cruise, correct):
    correct((cruise.net, "taken_at", "2026-04-13"))
    assert of_objects(cruise.net, "has_time") == [False] * 3
    assert of_objects(cruise.net, "sun") == [None] * 3
    assert Extent.objects.get(sample=cruise.net).hours == []


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("latitude", "91", "outside −90 to"),
        ("latitude", "43,5", "decimal comma"),
        ("taken_at", "12/04/2026", "is no date"),
        ("taken_at", "2026-04-12 14:00+02:00", "is no time of day"),
        ("depth_min", "300", "would reach from 300 m to 200 m, upwards"),
        ("name", "profile", "would be the name of two samples"),
        ("name", "", "needs a name"),
        ("latitude", "43.1", "Nothing would change"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(cruise, correct, key, text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        correct((cruise.net, "field:ship", "Tara"), (cruise.net, key, text))
    cruise.net.refresh_from_db()
    assert (cruise.net.original_id, of_objects(cruise.net, "latitude")) == ("net", [43.1] * 3)
    assert not Correction.objects.exists()


def test_objects_that_differ_are_not_levelled(cruise, correct):
    with pytest.raises(ValidationError, match=r"differ in this \(43 to 43.2\)"):
        correct((cruise.profile, "latitude", "44"))
    with pytest.raises(ValidationError, match="write day and time"):
        correct((cruise.profile, "taken_at", "2026-04-13"))


def test_somebody_else_was_faster(cruise, alice):
    ship = columns_of(cruise.project)["field:ship"]
    preview = plan_many(
        project=cruise.project, user=alice, row_ids=[cruise.net.pk], column=ship, value="Thalassa"
    )
    Sample.objects.filter(pk=cruise.net.pk).update(fields={"ship": "Atalante"})
    with pytest.raises(ValidationError, match="net: ship is not what the preview says"):
        apply_correction(correction=preview, user=alice)
    with pytest.raises(ValidationError, match="It is Atalante by now, not Tara"):
        correct_cell(
            project=cruise.project,
            user=alice,
            row_id=cruise.net.pk,
            column=ship,
            value="Pelagia",
            was="Tara",
        )
    cruise.net.refresh_from_db()
    assert cruise.net.fields == {"ship": "Atalante"}


def test_names_may_change_places(cruise, correct):
    correct((cruise.net, "name", "profile"), (cruise.profile, "name", "net"))
    assert list(Sample.objects.order_by("id").values_list("original_id", flat=True)) == ["profile", "net"]


def test_a_new_name_is_not_taken_by_an_undo_from_who_has_it_now(cruise, correct, alice):
    renamed = correct((cruise.net, "name", "bongo"))
    Sample.objects.create(project=cruise.project, original_id="net")
    with pytest.raises(ValidationError, match="Another sample is called 'net'"):
        undo_correction(correction=renamed, user=alice)
