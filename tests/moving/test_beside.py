"""What was read before objects moved to another project is not written to them there."""

import pytest
from django.core.exceptions import ValidationError

from annotations.discussions.actions import comment, pin
from annotations.discussions.models import Comment, ReferenceImage
from annotations.imports import load
from annotations.jobs.progress import Progress
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.marks.actions import make_mark
from annotations.marks.models import Mark
from annotations.metadata import running
from annotations.metadata.columns import columns_of
from annotations.metadata.matching import next_matching, plan_matching
from annotations.samples.carrying import carry
from annotations.samples.columns import positions_of, update_numbers
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import Transfer
from annotations.samples.models import FreeColumn, NumberKey, Object, ObjectFields
from annotations.samples.queries import objects_named
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db


def numbers(of: Object) -> list:
    return ObjectFields.objects.get(pk=of.pk).values


def test_measurements_of_an_object_that_has_moved_are_dropped(full, target, alice):
    moved, stays = full.objects[:2]
    FreeColumn.objects.filter(project=full.project, name="area").update(keeps_keys=True)
    carry(transfer=Transfer(full.project, target, alice), object_ids=[moved.pk])
    before, position = numbers(moved), positions_of(full.project)["area"]
    rows = [(each.pk, [777.0]) for each in (moved, stays)]
    update_numbers(project=full.project, positions=[position], rows=rows)
    assert numbers(moved) == before and numbers(stays)[position] == 777
    keys = NumberKey.objects.filter(column__project=full.project, column__name="area")
    assert moved.pk not in keys.values_list("object_id", flat=True)


def test_a_correction_leaves_out_what_moved_while_it_waited(full, target, alice, monkeypatch):
    moved, stays = full.objects[:2]
    column = columns_of(full.project, "object")["field:area"]
    correction = plan_matching(
        project=full.project, user=alice, criteria=Filter(), column=column, value="777"
    )

    def overtaken(correction, after, most):
        ids = next_matching(correction, after, most)
        if moved.pk in ids:
            carry(transfer=Transfer(full.project, target, alice), object_ids=[moved.pk])
        return ids

    monkeypatch.setattr(running, "next_matching", overtaken)
    assert running.carry_out(correction=correction, user=alice).rows == 9
    assert 777 not in numbers(moved) and 777 in numbers(stays)
    assert not correction.values.filter(row_id=moved.pk).exists()


def test_nothing_is_said_in_the_source_about_an_object_that_has_moved(full, target, alice):
    """The person's page, and what it asked before, are older than the move."""
    moved = Object.objects.get(pk=full.objects[1].pk)
    image, copepoda = moved.images.get(), Taxon.objects.get(pk=full.copepoda)
    label = full.project.mark_labels.filter(is_active=True)[0]
    carry(transfer=Transfer(full.project, target, alice), object_ids=[moved.pk])
    writes = [
        lambda: comment(project=full.project, author=alice, text="Look", object=moved),
        lambda: pin(project=full.project, taxon=copepoda, object=moved, user=alice),
        lambda: make_mark(
            image=image, label=label, kind="point", geometry={"points": [[1, 2]]}, author=alice
        ),
    ]
    image.object = moved  # as it was read before
    for write in writes:
        with pytest.raises(ValidationError, match="1 object is gone, or in another project"):
            write()
    for model in (Comment, ReferenceImage, Mark):
        assert not model.objects.filter(object=moved).exists()


def test_an_import_goes_on_though_its_sample_was_moved_away(project, target, alice, tmp_path, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 1)
    update = Progress.update

    def moved(self, done, total, message=""):
        update(self, done, total, message)
        if done == 1:
            ids, sample = objects_named(project, ["o1"]).values(), project.samples.get()
            carry(transfer=Transfer(project, target, alice), object_ids=list(ids))
            remove_emptied(transfer=Transfer(project, target, alice), sample_ids=[sample.pk])

    monkeypatch.setattr(Progress, "update", moved)
    run_import(project, package(tmp_path / "two.zip", [row(1), row(2)]), alice)
    late = Object.objects.select_related("sample", "acquisition").get(project=project)
    assert (late.sample.original_id, late.acquisition.original_id) == ("s1", "a1")


def test_labels_and_values_of_what_has_moved_come_back_as_gone(full, target, alice):
    moved, stays = full.objects[1:3]
    taxon, trait = (
        Taxon.objects.get(pk=full.appendicularia),
        Trait.objects.get(project=full.project, name="Egg sac"),
    )
    named = [Target(each.pk, Object.objects.get(pk=each.pk).version) for each in (moved, stays)]
    carry(transfer=Transfer(full.project, target, alice), object_ids=[moved.pk])
    outcome = label_objects(project=full.project, user=alice, targets=named, taxon=taxon)
    assert (outcome.changed, outcome.conflicts, outcome.gone) == (1, [], [moved.pk])
    assert outcome.as_dict()["gone"] == [moved.pk]
    values = [Target(moved.pk, 1), Target(stays.pk, 1)]
    outcome = set_trait_values(trait=trait, user=alice, targets=values, value="no")
    assert (outcome.changed, outcome.conflicts, outcome.gone) == (1, [], [moved.pk])
    assert label_objects(project=full.project, user=alice, targets=[], taxon=taxon).as_dict().keys() == {
        "batch", "changed", "conflicts"
    }  # fmt: skip
