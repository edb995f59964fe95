"""The registry: titles, queues, and one live job where a kind has its subject for itself."""

import pytest

from annotations.jobs import registry
from annotations.jobs.actions import cancel_job, start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import Job
from annotations.jobs.registry import job, kind_named

pytestmark = pytest.mark.django_db

KINDS = {
    "import_package", "import_taxa", "settle_name", "undo_settling", "merge_taxa", "undo_merge", "export_project",
    "freeze_set",
    "train", "predict", "export_model", "import_model", "index_column", "measure", "import_marks", "render_pictures",
}  # fmt: skip


@pytest.fixture
def counting(monkeypatch):
    """A kind that each project has one of at a time."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    @job("count", title="Count", queue="gpu", alone_by=("project",))
    def count(job, progress) -> dict:
        return {"counted": 3}

    return count


def test_every_kind_has_a_work_that_can_be_loaded():
    assert set(registry._kinds) >= KINDS
    assert all(callable(kind.load()) for kind in registry._kinds.values())
    assert all(kind.restart() is None or callable(kind.restart()) for kind in registry._kinds.values())


def test_a_kind_is_known_by_its_declaration_alone(counting, project, bob):
    started = start_job(kind="count", owner=bob, project=project)
    assert (started.title, started.queue) == (f"Count {started.pk}", "gpu")
    assert kind_named("count").load() is counting
    with pytest.raises(ValueError, match="two kinds of jobs called count"):
        job("count", title="Again")


def test_a_kind_that_nobody_declared_is_not_started(project, bob):
    with pytest.raises(LookupError, match="called fly"):
        start_job(kind="fly", owner=bob, project=project)
    assert Job(pk=3, kind="fly").title == "fly 3", "an older version of the site may have known it"


def test_asking_twice_for_the_same_gives_the_job_that_lives(counting, project, alice, bob):
    first = start_job(kind="count", owner=bob, project=project, params={"by": "taxon"})
    assert start_job(kind="count", owner=alice, project=project, params={"by": "taxon"}) == first
    with pytest.raises(JobUnderWay, match=f"Count {first.pk} is on its way: wait until it has ended"):
        start_job(kind="count", owner=alice, project=project, params={"by": "sample"})
    cancel_job(job=first)
    assert start_job(kind="count", owner=alice, project=project, params={"by": "sample"}) != first


def test_of_two_who_ask_at_once_one_is_first(counting, project, alice, bob, monkeypatch):
    first = start_job(kind="count", owner=bob, project=project)
    live = [None, first]  # neither saw the other's row before they wrote theirs
    monkeypatch.setattr("annotations.jobs.actions._live", lambda *of: live.pop(0))
    assert start_job(kind="count", owner=alice, project=project) == first
    assert Job.objects.filter(kind="count").count() == 1


def test_other_subjects_are_free(counting, project, bob):
    first = start_job(kind="count", owner=bob, project=project)
    assert start_job(kind="count", owner=bob, project=None) != first
