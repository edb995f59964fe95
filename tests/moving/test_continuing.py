"""Going on with a move or a copy that was cancelled, or that something stopped."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job, JobState
from annotations.jobs.removing import remove_job
from annotations.jobs.rerunning import may_start_again, start_again
from annotations.moving import jobs
from annotations.moving.actions import start_move
from annotations.moving.models import Move
from annotations.projects.actions import set_role
from annotations.projects.models import Role
from annotations.samples.following import Transfer
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from tests.moving.project_content import portrait
from tests.moving.test_moving import Cancelled, in_target, running
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


EVERYTHING = Filter()


def stopped(transfer: Transfer, monkeypatch, criteria: Filter = EVERYTHING, expected: int = 10) -> Job:
    """Cancelled when four objects are over there."""
    monkeypatch.setattr(jobs, "CHUNK", 4)
    job = start_move(transfer=transfer, criteria=criteria, expected=expected)
    with pytest.raises(JobCancelled, match=f"Continue takes the {expected - 4} that are left"):
        jobs.move_matching(running(job), Cancelled(job))
    Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("is_copy", [False, True])
def test_what_is_left_goes_the_same_way_and_nothing_twice(full, target, alice, monkeypatch, is_copy):
    before = portrait(full.project)
    job = stopped(Transfer(full.project, target, alice, is_copy), monkeypatch)
    ended = work(start_again(user=alice, job=job))
    assert ended.message.startswith(f"6 objects {'copied' if is_copy else 'moved'} to another project")
    assert in_target(target) == 10 and in_target(full.project) == (10 if is_copy else 0)
    if not is_copy:
        assert portrait(target) == before
    rest, first = Move.objects.all()
    assert (first.objects_done, rest.objects_done, rest.expected, rest.is_copy) == (4, 6, 6, is_copy)
    assert rest.finished is not None


def test_one_that_is_stopped_again_goes_on_from_there(full, target, alice, monkeypatch):
    job = stopped(Transfer(full.project, target, alice, is_copy=True), monkeypatch)
    second = start_again(user=alice, job=job)
    with pytest.raises(JobCancelled, match="Continue takes the 2 that are left"):
        jobs.move_matching(running(second), Cancelled(second))
    Job.objects.filter(pk=second.pk).update(state=JobState.CANCELLED)
    second.refresh_from_db()
    with pytest.raises(ValidationError, match="gone on with it already"):
        start_again(user=alice, job=job)
    work(start_again(user=alice, job=second))
    assert in_target(target) == 10


def test_nobody_goes_on_twice_though_the_job_that_went_on_was_removed(full, target, alice, monkeypatch):
    job = stopped(Transfer(full.project, target, alice), monkeypatch)
    remove_job(user=alice, job=work(start_again(user=alice, job=job)))
    Object.objects.filter(pk=full.objects[-1].pk).update(project=full.project)  # matches, and came in later
    job.refresh_from_db()
    assert not may_start_again(alice, job)
    with pytest.raises(ValidationError, match="gone on with it already"):
        start_again(user=alice, job=job)


def test_it_takes_no_more_than_was_told_and_only_what_still_matches(full, target, alice, monkeypatch):
    certain = Filter(state=(State.PREDICTED, State.VALIDATED, State.UNCLASSIFIED))
    count = Object.objects.filter(project=full.project, state__in=certain.state).count()
    job = stopped(Transfer(full.project, target, alice, is_copy=True), monkeypatch, certain, expected=count)
    last = Object.objects.filter(project=full.project, state__in=certain.state).latest("pk")
    Object.objects.filter(pk=last.pk).update(state=State.DUBIOUS, taxon=full.objects[0].taxon)
    ended = work(start_again(user=alice, job=job))
    assert (ended.state, in_target(target)) == (JobState.DONE, count - 1)


def test_a_copy_of_which_nothing_is_left_says_so(full, target, alice, monkeypatch):
    job = stopped(Transfer(full.project, target, alice, is_copy=True), monkeypatch)
    Object.objects.filter(project=full.project, pk__gt=job.checkpoint["last"]).update(project=target)
    with pytest.raises(ValidationError, match="No object that matches is left"):
        start_again(user=alice, job=job)


def test_who_does_not_manage_both_any_more_does_not_go_on(full, target, alice, carla, monkeypatch):
    job = stopped(Transfer(full.project, target, alice, is_copy=True), monkeypatch)
    set_role(project=target, user=carla, role=Role.MANAGER)
    set_role(project=target, user=alice, role=Role.VIEWER)
    with pytest.raises(PermissionDenied):
        start_again(user=alice, job=job)


def test_the_page_offers_it_where_it_stopped_and_not_where_it_is_done(
    client, full, target, alice, monkeypatch
):
    client.force_login(alice)
    job = stopped(Transfer(full.project, target, alice, is_copy=True), monkeypatch)
    address = reverse("jobs:detail", args=[job.pk])
    assert ">Continue</button>" in client.get(address).content.decode()
    moves = client.get(reverse("moving:moves", args=[full.project.pk])).content.decode()
    assert f'<a href="{address}">stopped before the end</a>, of 10' in moves
    client.post(reverse("jobs:again", args=[job.pk]))
    ended = work(Job.objects.get(params__continues=Move.objects.last().pk))
    assert ended.state == JobState.DONE and not may_start_again(alice, ended)
    assert ">Continue</button>" not in client.get(reverse("jobs:detail", args=[ended.pk])).content.decode()
    with pytest.raises(ValidationError, match="nothing is left to go on with"):
        start_again(user=alice, job=ended)
