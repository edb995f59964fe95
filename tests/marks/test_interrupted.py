"""An import of marks whose worker dies, or whose person stops it."""

import pytest

from annotations.jobs.actions import cancel_job
from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job
from annotations.labels.models import Batch
from annotations.marks import imports
from annotations.marks.actions import adopt_starter_set
from annotations.marks.models import Mark, MarkChange
from annotations.traits.queries import values_now
from annotations.traits.vocabulary import define_trait
from tests.marks.importing import new_import, worked
from tests.plankton import tow
from tests.worker.runs import Killed, die_at
from worker.runner import run_job

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tow, alice, monkeypatch) -> bytes:
    """Three eggs on each object; a chunk is two objects."""
    monkeypatch.setattr(imports, "CHUNK", 4)
    adopt_starter_set(project=tow.project)
    define_trait(
        project=tow.project, user=alice, name="Eggs", kind="count", mark_label="egg", mark_measure="count"
    )
    lines = [f'obj_{n},egg,point,"{{""points"": [[{x}, 5]]}}"' for x in range(3) for n in range(10)]
    return "\n".join(["object,label,kind,geometry", *lines]).encode()


def values(tow) -> list[tuple]:
    result = values_now(tow.project.traits.get().pk, [each.pk for each in tow.objects])
    return [(row["value"], row["annotator"]) for row in result]


@pytest.mark.parametrize("chunk", [1, 3, 5])
@pytest.mark.parametrize("when", ["before the note", "after the chunk"])
def test_killed_at_any_chunk_it_ends_as_if_undisturbed(tow, file, alice, monkeypatch, chunk, when):
    job, calls = new_import(tow.project, alice, file), []
    whole, note = imports._Load._chunk, imports.Progress.checkpoint

    def killed_after(self, figures):
        whole(self, figures)
        calls.append(figures)
        if len(calls) == chunk:
            raise Killed

    def killed_before(self, **note_values):
        calls.append(note_values)
        if len(calls) == chunk:
            raise Killed
        note(self, **note_values)

    with monkeypatch.context() as patched:
        if when == "after the chunk":
            patched.setattr(imports._Load, "_chunk", killed_after)
        else:
            patched.setattr(imports.Progress, "checkpoint", killed_before)
        die_at(job, imports.import_marks)
    done = chunk if when == "after the chunk" else chunk - 1
    assert Mark.objects.count() == 6 * done, "whole objects, or nothing of them"
    job = worked(job)
    assert (job.attempt, job.result) == (2, {"made": 30, "present": 0, "values": 10})
    assert (Mark.objects.filter(author=alice).count(), MarkChange.objects.count()) == (30, 30)
    assert values(tow) == [(3, alice.display_name)] * 10
    assert Batch.objects.filter(kind="import").get().changed == 10


def test_cancelled_it_says_what_is_in(tow, file, alice, monkeypatch):
    job, whole = new_import(tow.project, alice, file), imports._Load._chunk

    def cancelled_after(self, figures):
        whole(self, figures)
        cancel_job(job=self.job)
        self.progress._cancelled.set()  # as the next heartbeat finds

    with monkeypatch.context() as patched:
        patched.setattr(imports._Load, "_chunk", cancelled_after)
        run_job(job.pk, imports.import_marks)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.message == (
        "Cancelled: 6 of 30 marks of the file are in, whole objects each. The same file again adds the rest."
    )
    assert Mark.objects.count() == 6
    again = worked(new_import(tow.project, alice, file))
    assert again.result == {"made": 24, "present": 6, "values": 8}


def test_the_file_stays_for_the_worker_that_took_the_job_over(tow, file, alice, monkeypatch):
    job, whole = new_import(tow.project, alice, file), imports._Load._chunk

    def lost_after(self, figures):
        whole(self, figures)
        Job.objects.filter(pk=job.pk).update(state="queued")
        self.progress._overtaken.set()  # as the next heartbeat finds

    with monkeypatch.context() as patched:
        patched.setattr(imports._Load, "_chunk", lost_after)
        with pytest.raises(ClaimLost):
            claimed = Job.objects.get(pk=job.pk)
            imports.import_marks(claimed, imports.Progress(claimed))
    assert worked(job).result["made"] == 30


def test_cancelled_in_the_queue_it_leaves_no_upload(tow, file, alice, settings):
    job = new_import(tow.project, alice, file)
    cancel_job(job=job)
    assert not list(settings.UPLOADS_FOLDER.iterdir())
