"""Undoing a merge whose worker dies, or which somebody stops: in the end everything is as it was."""

import pytest

from annotations.jobs.actions import cancel_job
from annotations.jobs.models import Job
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.targets import Target
from annotations.projects.actions import create_project
from annotations.samples.models import Acquisition, Object, Sample
from annotations.taxon_matching import merging
from annotations.taxon_matching.merging import merge_taxa, undo_merge, unlabel_merged
from annotations.taxon_matching.models import Merge
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.worker.runs import Killed, die_at, run
from worker.runner import run_job

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)


def labels() -> list[tuple]:
    return list(
        Object.objects.order_by("id").values_list("id", "taxon", "state", "score", "annotator", "labelled_at")
    )


@pytest.fixture
def merged(tow, root, alice, bob, monkeypatch) -> Merge:
    """Six copepods in two projects are appendicularians now; a chunk is two. Bob has labelled one again since."""
    monkeypatch.setattr(merging, "CHUNK", 2)
    other = create_project(title="Nice", owner=alice)
    sample = Sample.objects.create(project=other, original_id="tow_2")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq_2")
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[3:5]]).update(
        project=other, sample=sample, acquisition=acquisition
    )
    before = labels()
    copepoda, into = Taxon.objects.get(pk=tow.copepoda), Taxon.objects.get(pk=tow.appendicularia)
    assert (
        run(merge_taxa(taxon=copepoda, into=into, user=root), merging.relabel_merged).result["changed"] == 6
    )
    target = Target(tow.objects[0].pk, Object.objects.get(pk=tow.objects[0].pk).version)
    label_objects(project=tow.project, user=bob, targets=[target], taxon=into)
    result = Merge.objects.get()
    result.labels_before = before
    return result


def is_as_it_was(tow, merged) -> bool:
    """But for what Bob said."""
    bobs = tow.objects[0].pk
    return [row for row in labels() if row[0] != bobs] == [
        row for row in merged.labels_before if row[0] != bobs
    ]


def undoings() -> list[int]:
    return sorted(Batch.objects.filter(kind=BatchKind.UNDO).values_list("changed", flat=True))


def test_undisturbed(tow, merged, root):
    job = run(undo_merge(merge=merged, user=root), unlabel_merged)
    assert job.message == "5 objects are Copepoda again."
    assert is_as_it_was(tow, merged)
    assert undoings() == [2, 3], "one batch a project"


@pytest.mark.parametrize("chunk", range(1, 6))
@pytest.mark.parametrize("when", ["before the note", "after the chunk"])
def test_killed_at_any_chunk_it_ends_as_if_undisturbed(tow, merged, root, monkeypatch, chunk, when):
    job, calls = undo_merge(merge=merged, user=root), []
    whole, note = merging._put_back, merging.Progress.checkpoint

    def killed_after(*args):
        count = whole(*args)
        calls.append(count)
        if len(calls) == chunk:
            raise Killed
        return count

    def killed_before(self, **values):
        calls.append(values)
        if len(calls) == chunk:
            raise Killed
        note(self, **values)

    with monkeypatch.context() as patched:
        if when == "after the chunk":
            patched.setattr(merging, "_put_back", killed_after)
        else:
            patched.setattr(merging.Progress, "checkpoint", killed_before)
        die_at(job, unlabel_merged)
    job = run(job, unlabel_merged)
    assert (job.state, job.attempt, job.result["changed"]) == ("done", 2, 5)
    assert is_as_it_was(tow, merged)
    assert undoings() == [2, 3]
    assert Change.objects.filter(batch__kind=BatchKind.UNDO).count() == 5, "each is put back once"


def test_what_was_cancelled_is_gone_on_with(client, tow, merged, root, monkeypatch):
    job, whole = undo_merge(merge=merged, user=root), merging._put_back

    def cancelled_after(undo, note, progress):
        count = whole(undo, note, progress)
        cancel_job(job=progress.job)
        progress._cancelled.set()  # as the next heartbeat finds
        return count

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_put_back", cancelled_after)
        run_job(job.pk, unlabel_merged)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not is_as_it_was(tow, merged)
    client.force_login(root)
    assert "undone in part" in client.get("/taxa/merges/").content.decode()
    client.post(f"/taxa/merges/{merged.pk}/undo/")
    run(Job.objects.latest("id"), unlabel_merged)
    assert is_as_it_was(tow, merged)
    assert undoings() == [2, 3]
    assert "undone in part" not in client.get("/taxa/merges/").content.decode()
    again = client.post(f"/taxa/merges/{merged.pk}/undo/", follow=True).content.decode()
    assert "has been undone already" in again
