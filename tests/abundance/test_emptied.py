"""Samples whose objects went to another project: nothing of abundances holds them, and nothing counts them."""

import pytest
from django.db import connection

from annotations.abundance.models import DrawnObject, SampleAbundance, SamplingFrame
from annotations.abundance.plans import draw_plan
from annotations.abundance.queries import counted_taxa
from annotations.assignments.models import Assignment
from annotations.learning.models import Prediction
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.samples.carrying import carry
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import Transfer
from annotations.samples.models import Object, Sample
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def target(alice) -> Project:
    return create_project(title="Naples 2026", owner=alice)


def move_away(catch, target: Project, user, sample: Sample) -> int:
    """How many samples stay."""
    transfer = Transfer(catch.project, target, user)
    carry(transfer=transfer, object_ids=[one.pk for one in catch.objects[sample.original_id]])
    return remove_emptied(transfer=transfer, sample_ids=[sample.pk])


def drawn_sample(catch, user, name: str) -> Sample:
    catch.haul(name, [0.9] * 4)
    sample = Sample.objects.get(project=catch.project, original_id=name)
    draw_plan(user=user, project=catch.project, samples=[sample.pk], objects=2)
    return sample


def test_an_emptied_sample_goes_with_its_figures_and_frames(catch, count, target, alice, bob):
    emptied, here = drawn_sample(catch, bob, "tow_1"), drawn_sample(catch, bob, "tow_2")
    count()
    assert move_away(catch, target, alice, emptied) == 0
    assert list(catch.project.samples.all()) == [here]
    assert SamplingFrame.objects.get().sample == here and DrawnObject.objects.count() == 2
    connection.check_constraints()


def test_an_emptied_sample_that_stays_keeps_its_frame(catch, target, alice, bob):
    """Its objects may come back, and which were drawn is decided then."""
    sample = drawn_sample(catch, bob, "tow_1")
    Assignment.objects.create(sample=sample, user=alice)
    assert move_away(catch, target, alice, sample) == 1
    assert SamplingFrame.objects.get().sample == sample and DrawnObject.objects.count() == 2


def test_figures_of_a_sample_that_is_gone_are_on_no_page(catch, count, client, target, alice, bob):
    emptied = drawn_sample(catch, bob, "tow_1")
    catch.haul("tow_2", [0.1] * 3)
    count()
    move_away(catch, target, alice, emptied)
    client.force_login(bob)
    body = client.get(f"/api/v1/projects/{catch.project.pk}/abundance/").json()
    assert {row["sample_name"] for row in body["rows"]} == {"tow_2"}
    words = client.get(f"/projects/{catch.project.pk}/abundance/").content.decode()
    assert "tow_2" in words and "tow_1" not in words


def test_a_sample_without_objects_is_not_counted(catch, count):
    """The tally holds +n and −n of it until it is compacted; by then the sample itself may be gone."""
    catch.haul("tow_1", [0.9] * 3)
    (deleted,) = catch.haul("tow_2", [0.9])
    Object.objects.filter(pk=deleted.pk).delete()
    Sample.objects.filter(original_id="tow_2").delete()
    assert count().samples.get().sample.original_id == "tow_1"
    assert SampleAbundance.objects.count() == 1
    connection.check_constraints()


def test_a_taxon_of_samples_that_are_gone_alone_is_offered_no_more(catch, count, target, alice, bob):
    for name, taxon in (("tow_1", catch.copepod), ("tow_2", catch.worm)):
        catch.haul(name, [0.9] * 2)
        catch.name(bob, catch.objects[name], taxon)
    Prediction.objects.all().delete()
    count()
    assert {taxon.pk for taxon in counted_taxa(catch.project)} == {catch.copepod, catch.worm}
    move_away(catch, target, alice, Sample.objects.get(project=catch.project, original_id="tow_1"))
    assert [taxon.pk for taxon in counted_taxa(catch.project)] == [catch.worm]
