"""What people corrected on a scan survives that it is segmented again."""

import pytest

from annotations.deletions.immediate import take_few_back
from annotations.jobs.models import Job
from annotations.samples.models import Object
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.replacing import in_words
from tests.scans.corrections.correcting import ACROSS, RING, correct, objects_in, segmented, undo

pytestmark = pytest.mark.django_db
LARGE = {"margin": 3}  # another recipe, which makes all anew


def test_what_was_corrected_stays_and_is_not_made_twice(client, project, alice, bob, scan, disc):
    client.force_login(bob)
    parts = correct(client, project, scan, "cut", [disc], line=ACROSS).json()["objects"]
    others = [one for one in objects_in(project) if one.pk < parts[1]["id"] and one != disc]
    correct(client, project, scan, "merge", others[:2])
    correct(client, project, scan, "delete", others[2:3])
    drawn = correct(client, project, scan, "draw", line=RING).json()["objects"][0]["id"]
    segmented(project, alice, scan, **LARGE)
    after = [one.pk for one in objects_in(project)]
    assert {parts[0]["id"], parts[1]["id"], others[0].pk, drawn} < set(after)
    run = SegmentationRun.objects.latest("pk")
    assert (run.new, run.left_out, run.replaced, len(after)) == (1, 4, 1, 5)


def test_nothing_is_corrected_while_a_run_writes_what_it_planned(client, project, bob, scan, disc):
    client.force_login(bob)
    drawn = correct(client, project, scan, "draw", line=RING).json()
    run = SegmentationRun.objects.get()
    run.plan, run.applied = {"left_out": [], "goes": []}, None
    run.save()
    Job.objects.filter(pk=run.job_id).update(state="running")
    refused = correct(client, project, scan, "delete", [disc]), undo(client, project, scan, drawn["id"])
    assert [answer.status_code for answer in refused] == [409, 409]
    assert "is being segmented" in refused[0].json()["detail"] and len(objects_in(project)) == 6
    Job.objects.filter(pk=run.job_id).update(state="cancelled")
    assert undo(client, project, scan, drawn["id"]).status_code == 200


@pytest.mark.parametrize("is_from_the_bin", [False, True], ids=["undone", "restored"])
def test_a_deletion_that_was_taken_back_is_none(client, project, alice, bob, scan, disc, is_from_the_bin):
    client.force_login(bob)
    done = correct(client, project, scan, "delete", [disc]).json()
    if is_from_the_bin:
        take_few_back(deletion_id=OutlineCorrection.objects.get().deletion_id, user=bob)
    else:
        undo(client, project, scan, done["id"])
    segmented(project, alice, scan, **LARGE)
    run = SegmentationRun.objects.latest("pk")
    assert (run.new, run.left_out, run.replaced) == (5, 0, 5)


def test_a_ring_that_was_drawn_by_mistake_leaves_its_place_open(client, project, alice, bob, scan, disc):
    client.force_login(bob)
    around = [[180, 60], [220, 60], [220, 100], [180, 100]]  # the disc lies in its middle
    drawn = correct(client, project, scan, "draw", line=around).json()["objects"][0]["id"]
    correct(client, project, scan, "delete", [Object.objects.get(pk=drawn)])
    segmented(project, alice, scan, **LARGE)
    assert (SegmentationRun.objects.latest("pk").new, len(objects_in(project))) == (5, 5)


def test_the_preview_says_that_deleted_ones_are_left_out(client, project, alice, bob, scan, disc):
    client.force_login(bob)
    correct(client, project, scan, "delete", [disc])
    run = SegmentationRun(project=project, scan=scan, segments=5, figures={"overlapping": 1})
    assert in_words(run).endswith("1 overlaps one that stays, or was deleted here, and is left out.")
