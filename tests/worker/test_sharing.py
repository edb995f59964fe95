"""One prediction shared by several workers: each object once, whoever dies, leaves or is overtaken on the way."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.jobs import helping
from annotations.jobs.actions import cancel_job, claim_job
from annotations.jobs.helping import Call, Helper, ask_for_help
from annotations.jobs.models import Job, JobPart, JobState
from annotations.jobs.progress import Progress
from annotations.jobs.sharing import END, JobShare, Sharing, divide
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.tally import project_counts
from annotations.labels.targets import Target
from annotations.learning.models import Prediction
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.similarity.models import Embedding
from annotations.taxonomy.models import Taxon
from annotations.traits.undoing import undo_whole
from tests.lake import UNSETTLED
from tests.worker.oracle import make_oracle, speak_for
from tests.worker.runs import Killed, new_prediction, run
from worker import pace
from worker.helping import help_with_job
from worker.pace import Pace, in_words
from worker.prediction import job as predicting
from worker.prediction import waiting_objects
from worker.prediction.job import predict_project
from worker.prediction.notes import add_up
from worker.prediction.writer import PredictionWriter
from worker.runner import run_job

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60


@pytest.fixture
def shared(lake, monkeypatch) -> SimpleNamespace:
    """The lake with a model and a prediction that comes in parts of three objects; nobody works at it yet."""
    lake.model, lake.oracle = make_oracle(lake.project, lake.disc, lake.bar)
    speak_for(lake.oracle, monkeypatch, predicting)
    monkeypatch.setattr(waiting_objects, "PART", 3)
    monkeypatch.setattr(predicting, "CHUNK", 2)
    monkeypatch.setattr(predicting, "WAIT", 0.05)
    lake.job = new_prediction(lake, lake.model)
    return lake


@pytest.fixture
def lock_of_another() -> Iterator[Callable[..., None]]:
    """`lock(rows, session)` locks rows in a session of that name until the test ends, or somebody ends the session."""
    with ThreadPoolExecutor(1) as process:

        def begin(rows: QuerySet, session: str) -> None:
            transaction.set_autocommit(False)
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('application_name', %s, FALSE)", [session])
            assert list(rows.select_for_update())

        yield lambda rows, session="another": process.submit(begin, rows, session).result(PATIENCE)
        process.submit(lambda: connection.close()).result(PATIENCE)


def before_each_chunk(monkeypatch, act: Callable[[PredictionWriter], None]) -> None:
    """`act` is called with the writer of each chunk, by whichever worker."""
    write = PredictionWriter.write

    def acted(writer, *arguments):
        act(writer)
        write(writer, *arguments)

    monkeypatch.setattr(PredictionWriter, "write", acted)


def is_helper(writer: PredictionWriter) -> bool:
    return isinstance(writer.progress, Helper)


def run_with_helper(job: Job, monkeypatch, helper: Callable[[int], None] = help_with_job) -> Job:
    """The job's own worker stands still in its first chunk until the helper has ended."""
    begun, go_on = threading.Event(), threading.Event()

    def stand_still(writer: PredictionWriter) -> None:
        if not is_helper(writer) and not begun.is_set():
            begun.set()
            assert go_on.wait(PATIENCE)

    before_each_chunk(monkeypatch, stand_still)

    def own_worker() -> None:
        try:
            run_job(job.pk, predict_project)
        finally:
            begun.set()
            connection.close()

    thread = threading.Thread(target=own_worker)
    thread.start()
    assert begun.wait(PATIENCE)
    try:
        helper(job.pk)
    finally:
        go_on.set()
        thread.join(PATIENCE)
    job.refresh_from_db()
    return job


def versions(lake) -> Counter:
    return Counter(
        Object.objects.filter(pk__in=[o.pk for o in lake.unsettled]).values_list("version", flat=True)
    )


def assert_whole(lake) -> None:
    """Each object once: labelled, logged, tallied, with one prediction and one embedding."""
    assert (lake.job.state, lake.job.result["predicted"]) == (JobState.DONE, UNSETTLED), lake.job.message
    everything = UNSETTLED + len(lake.settled)
    assert (lake.job.done, lake.job.total) == (everything, everything)
    assert versions(lake) == {2: UNSETTLED}
    batch = Batch.objects.get(kind=BatchKind.PREDICTION)
    assert batch.changed == UNSETTLED == Change.objects.filter(batch=batch).count()
    assert Prediction.objects.filter(is_current=True).count() == UNSETTLED
    assert Embedding.objects.count() == everything
    assert sum(n for _, state, n in project_counts(lake.project.pk) if state == "P") == UNSETTLED


def test_two_workers_share_one_job_and_each_object_is_written_once(shared, monkeypatch):
    written = Counter()
    before_each_chunk(monkeypatch, lambda writer: written.update([is_helper(writer)]))
    run_with_helper(shared.job, monkeypatch)
    assert_whole(shared)
    assert written[True] > written[False] > 0, "the helper did what the other had not taken"
    assert set(shared.job.parts.values_list("is_done", flat=True)) == {True}


def test_what_two_workers_wrote_is_undone_as_one(shared, monkeypatch, alice):
    before = list(Object.objects.order_by("pk").values_list("pk", "taxon_id", "state", "score"))
    run_with_helper(shared.job, monkeypatch)
    batch = Batch.objects.get(pk=shared.job.result["batch"])
    undo_whole(batch=batch, user=alice, role=Role.MANAGER)
    assert list(Object.objects.order_by("pk").values_list("pk", "taxon_id", "state", "score")) == before


def test_the_part_of_a_helper_that_was_killed_is_taken_over_where_it_stands(shared, monkeypatch):
    chunks = Counter()

    def killed_at_the_second(writer: PredictionWriter) -> None:
        chunks[is_helper(writer)] += 1
        if is_helper(writer) and chunks[True] == 2:
            raise Killed

    def dies(job_id: int) -> None:
        # a process that is killed gives nothing back, and has a session of its own
        with monkeypatch.context() as patched, ThreadPoolExecutor(1) as process:
            patched.setattr(JobShare, "release", lambda share: None)
            assert isinstance(process.submit(help_with_job, job_id).exception(PATIENCE), Killed)
            process.submit(lambda: connection.close()).result(PATIENCE)
        parts = JobPart.objects.filter(session__startswith="seston help", is_done=False)
        assert parts.update(heartbeat=timezone.now() - timedelta(minutes=1))

    before_each_chunk(monkeypatch, killed_at_the_second)
    run_with_helper(shared.job, monkeypatch, dies)
    assert_whole(shared)


def test_a_helper_whose_part_was_taken_meanwhile_writes_nothing(shared, monkeypatch):
    def overtaken(writer: PredictionWriter) -> None:
        if is_helper(writer):
            JobPart.objects.filter(session=writer.share.session).update(session="")

    before_each_chunk(monkeypatch, overtaken)
    run_with_helper(shared.job, monkeypatch)
    assert_whole(shared)


def claimed_in_parts(shared) -> Job:
    job = claim_job(job_id=shared.job.pk, stale_before=timezone.now())
    divide(job=job, after=0, lasts=[shared.unsettled[2].pk, END])
    return job


def test_a_stopped_helper_with_locks_in_hand_holds_nobody_up(shared, lock_of_another):
    """Its machine is away, perhaps, which the database learns after hours: those that wait end its session."""
    job = claimed_in_parts(shared)
    batch = Batch.objects.create(project=shared.project, kind=BatchKind.PREDICTION, model_id=shared.model.pk)
    away = timezone.now() - timedelta(minutes=1)
    job.parts.filter(last=END).update(session="seston help away", heartbeat=away)
    lock_of_another(Batch.objects.filter(pk=batch.pk), "seston help away")
    with Progress(job) as progress:
        JobShare(job, progress)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            assert Batch.objects.filter(pk=batch.pk).update(changed=1)


def test_a_heart_does_not_wait_for_the_chunk_that_its_worker_writes(shared, lock_of_another):
    """They could wait for each other, each with one of two parts in hand."""
    job = claimed_in_parts(shared)
    progress = Progress(job)
    share = JobShare(job, progress)
    writing, other = share.take(), share.take()
    job.parts.update(heartbeat=None)
    lock_of_another(job.parts.filter(pk=writing.pk))
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
    progress._beat_once()
    beats = dict(job.parts.values_list("pk", "heartbeat"))
    assert beats[writing.pk] is None and beats[other.pk] is not None


def test_cancelling_stops_the_helpers_too(shared, monkeypatch):
    """Also one that is in the middle of a chunk when the job's own worker has ended."""
    job = claim_job(job_id=shared.job.pk, stale_before=timezone.now())
    batch = Batch.objects.create(project=shared.project, kind=BatchKind.PREDICTION, model_id=shared.model.pk)
    Job.objects.filter(pk=job.pk).update(checkpoint={"batch": batch.pk, "total": UNSETTLED})
    divide(job=job, after=0, lasts=[shared.unsettled[2].pk, END])

    def ended(writer: PredictionWriter) -> None:
        cancel_job(job=job)
        Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED)

    before_each_chunk(monkeypatch, ended)
    help_with_job(job.pk)
    assert versions(shared) == {1: UNSETTLED}
    assert not Change.objects.filter(batch=batch).exists()
    assert not Prediction.objects.exists() and not Embedding.objects.exists()


def test_what_a_person_settles_before_a_helper_stays_theirs(shared, monkeypatch, bob):
    last = shared.unsettled[-1]

    def settled_first(writer: PredictionWriter) -> None:
        object_ = Object.objects.get(pk=last.pk)
        if is_helper(writer) and object_.state != State.VALIDATED:
            rare = Taxon.objects.get(pk=shared.rare)
            target = Target(last.pk, object_.version)
            label_objects(project=shared.project, user=bob, targets=[target], taxon=rare)

    before_each_chunk(monkeypatch, settled_first)
    run_with_helper(shared.job, monkeypatch)
    last.refresh_from_db()
    assert (last.taxon_id, last.state, last.annotator) == (shared.rare, State.VALIDATED, bob)
    assert shared.job.result["predicted"] == UNSETTLED - 1
    assert not Prediction.objects.filter(object=last).exists()


def test_a_helper_goes_when_another_job_waits(shared, monkeypatch):
    def waits(job_id: int) -> None:
        other = Job.objects.create(kind="train", queue="gpu", project=shared.project)
        help_with_job(job_id)
        assert not JobPart.objects.filter(session__startswith="seston help").exists()
        other.delete()

    run_with_helper(shared.job, monkeypatch, waits)
    assert_whole(shared)


def test_a_job_that_an_earlier_version_began_goes_on_behind_its_last_chunk(shared):
    batch = Batch.objects.create(project=shared.project, kind=BatchKind.PREDICTION, model_id=shared.model.pk)
    behind = shared.unsettled[3].pk
    Job.objects.filter(pk=shared.job.pk).update(
        checkpoint={"batch": batch.pk, "last_id": behind, "done": 30, "total": 37, "predicted": 4}
    )
    job = run(shared.job, predict_project)
    assert (job.state, job.result["predicted"], job.result["batch"]) == (JobState.DONE, UNSETTLED, batch.pk)
    assert versions(shared) == {1: 4, 2: UNSETTLED - 4}


def test_one_worker_is_asked_at_a_time_and_none_where_nothing_is_left(shared, monkeypatch):
    queue = f"help-{shared.job.pk}-{settings.DATABASES['default']['NAME']}"
    monkeypatch.setattr(helping, "kind_named", lambda kind: SimpleNamespace(queue=queue))
    job = claim_job(job_id=shared.job.pk, stale_before=timezone.now())
    divide(job=job, after=0, lasts=[5, END])
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        assert ask_for_help(job) and broker.llen(queue) == 1
        assert not ask_for_help(job), "a message waits: no worker is free"
        broker.delete(queue)
        monkeypatch.setattr(settings, "PREDICTION_WORKERS", 0)
        assert not ask_for_help(job)
        monkeypatch.setattr(settings, "PREDICTION_WORKERS", 8)
        job.parts.update(session="somebody", heartbeat=timezone.now())
        assert not ask_for_help(job) and broker.llen(queue) == 0


def test_help_that_never_comes_is_asked_for_more_and_more_rarely(shared, monkeypatch):
    clock, workers, moments = SimpleNamespace(now=0.0), [1], []
    monkeypatch.setattr(helping, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(helping, "sharing_of", lambda job: Sharing(workers[0], None))
    monkeypatch.setattr(helping, "ask_for_help", lambda job: moments.append(clock.now) or True)
    call = Call(shared.job)
    for clock.now in range(160):
        call.repeat()
    assert moments == [0, 10, 30, 70, 130]
    workers[0] = 2  # one came
    for clock.now in range(160, 220):
        call.repeat()
    assert moments[5:] == [190, 200]


def test_the_page_says_how_fast_all_are_together_and_for_how_long(shared, monkeypatch):
    clock = iter([100.0, 110.0])
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(pace, "sharing_of", lambda job: Sharing(workers=3, bare_rate=1000.0))
    speed = Pace(shared.job, 100_000)
    assert speed.sentence(1_000) == "Looked at 1,000 of 100,000 objects"
    assert speed.sentence(9_000) == (
        "Looked at 9,000 of 100,000 objects: 800 a second by 3 workers, 80% of the bare forward pass, 2 min left"
    )
    assert speed.overall == {"rate": 800.0, "workers": 3, "of_bare": 0.8}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4.4, "4 s"), (89, "89 s"), (600, "10 min"), (5400, "1 h 30 min"), (90000, "25 h 00 min")],
)
def test_times_left_are_read_at_a_glance(seconds, words):
    assert in_words(seconds) == words


def test_notes_of_parts_add_up():
    notes = [
        {"done": 2, "predicted": 1, "example": 0, "levels": {"0.9": [1, 0]}},
        {"done": 3, "example": 7, "levels": {"0.9": [0, 2], "0.8": [4, 4]}},
        {},
    ]
    total = add_up(notes)
    assert (total["done"], total["predicted"], total["example"]) == (5, 1, 7)
    assert total["levels"] == {"0.9": [1, 2], "0.8": [4, 4]}
