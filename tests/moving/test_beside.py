"""What was read before objects moved to another project is not written to them there."""

import pytest

from annotations.metadata import running
from annotations.metadata.columns import columns_of
from annotations.metadata.matching import next_matching, plan_matching
from annotations.samples.carrying import carry
from annotations.samples.columns import positions_of, update_numbers
from annotations.samples.following import Transfer
from annotations.samples.models import FreeColumn, NumberKey, Object, ObjectFields
from annotations.search.filter import Filter

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
