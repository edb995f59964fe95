"""Where the hours go: what was done how, what it took and saved, and where predictions were corrected."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from annotations.effort.actions import start_report
from annotations.effort.jobs import report
from annotations.effort.reading import PAUSE
from annotations.jobs.models import Job, JobState
from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Object, Sample
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.models import Taxon
from tests.plankton import make_tow
from worker.runner import run_job

pytestmark = pytest.mark.django_db(transaction=True)
START = timezone.now().replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def sitting(project, carla) -> SimpleNamespace:
    """22 objects by hand, one every ten seconds; then a model, of which five are accepted at once, one corrected."""
    tow = make_tow(project)
    created = SimpleNamespace(project=project, tow=tow, clock=START, objects=_more(tow, 30))
    created.taxon, created.other = list(Taxon.objects.order_by("id"))[:2]
    created.label = lambda objects, taxon, seconds: _label(created, carla, objects, taxon, seconds)
    for each in created.objects[:22]:
        created.label([each], created.taxon, 10)
    created.model = Model.objects.create(name="Newest", classes=[created.taxon.pk, created.other.pk])
    batch = Batch.objects.create(project=project, kind=BatchKind.PREDICTION, model_id=created.model.pk)
    write_predictions(
        batch=batch, rows=[(o.pk, created.taxon.pk, 0.9, 0.8, None) for o in created.objects[22:28]]
    )
    created.label(created.objects[22:27], created.taxon, 20)
    created.label(created.objects[27:28], created.other, PAUSE + 1)
    return created


def _more(tow, count: int) -> list[Object]:
    first = tow.objects[0]
    return [
        Object.objects.create(project=first.project, sample=first.sample, acquisition=first.acquisition)
        for _ in range(count)
    ]


def _label(made, user, objects, taxon, seconds: int) -> Batch:
    """As the person sees them now, so many seconds after the act before."""
    made.clock += timedelta(seconds=seconds)
    versions = dict(Object.objects.filter(pk__in=[o.pk for o in objects]).values_list("pk", "version"))
    targets = [Target(o.pk, versions[o.pk]) for o in objects]
    label_objects(project=made.project, user=user, targets=targets, taxon=taxon)
    batch = Batch.objects.latest("id")
    Batch.objects.filter(pk=batch.pk).update(created=made.clock)
    return batch


def report_of(project: Project, user, days: int | None = None) -> dict:
    job = start_report(user=user, project=project, days=days)
    run_job(job.pk, report)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    return job.result["report"]


def test_what_was_done_how_and_what_it_took(sitting, carla):
    created = report_of(sitting.project, carla)
    (person,) = created["people"]
    assert person["person"] == carla.pk
    assert (person["by_hand"], person["accepted"], person["corrected"]) == (22, 5, 1)
    assert person["acts"] == 24
    assert person["seconds"] == 21 * 10 + 20, "the first has nothing before it, and a pause counts as nothing"
    total = created["total"]
    assert total["objects"] == 28
    assert total["seconds_each_by_hand"] == 10
    timed = 21 + 5
    assert total["seconds_saved"] == timed * 10 - 230, (
        "of objects whose seconds nobody knows nothing is claimed"
    )


def test_corrections_stand_by_model_taxon_and_week(sitting, carla):
    created = report_of(sitting.project, carla)
    assert created["models"] == [{"key": sitting.model.pk, "answered": 6, "corrected": 1}]
    (taxon,) = created["taxa"]
    assert (taxon["taxon"], taxon["answered"], taxon["corrected"]) == (sitting.taxon.pk, 6, 1)
    assert taxon["recent"] == {"answered": 6, "corrected": 1}
    assert sum(week["answered"] for week in created["weeks"]) == 6


def test_what_was_taken_back_counts_as_nothing(sitting, carla):
    batch = sitting.label(sitting.objects[28:30], sitting.taxon, 5)
    undo_batch(batch=batch, user=carla, role="annotator")
    (person,) = report_of(sitting.project, carla)["people"]
    assert person["by_hand"] == 22


def test_before_the_period_nothing_counts(sitting, carla):
    created = report_of(sitting.project, carla, days=1)
    assert created["people"] == []
    assert created["total"]["objects"] == 0
    assert created["total"]["seconds_saved"] is None


def test_a_sample_that_lies_apart_is_marked(sitting, carla):
    space = EmbeddingSpace.objects.create(
        kind="classifier", name="Newest", model=sitting.model, dimensions=2, is_ready=True
    )
    samples = [make_tow_of(sitting, n) for n in range(6)]
    for n, each in enumerate(samples):
        vector = [0.0, 1.0] if n == 5 else [1.0, 0.01 * n]
        keep_embeddings(space=space, project_id=sitting.project.pk, ids=[each.pk], vectors=[vector])
    first, *others = report_of(sitting.project, carla)["samples"]
    assert (first["sample"], first["is_far"]) == (samples[5].sample_id, True)
    assert not any(row["is_far"] for row in others)


def make_tow_of(sitting, n: int) -> Object:
    sample = Sample.objects.create(project=sitting.project, original_id=f"apart {n}")
    tow = Acquisition.objects.create(sample=sample, original_id="a")
    return Object.objects.create(project=sitting.project, sample=sample, acquisition=tow)


def test_the_last_report_stays_until_there_is_another(sitting, carla):
    for _ in range(3):
        report_of(sitting.project, carla)
    assert Job.objects.filter(kind="report_effort").count() == 2, "the newest, and the one before"


def test_the_page_says_it_in_hours(sitting, client, carla, vera):
    client.force_login(vera)
    address = f"/projects/{sitting.project.pk}/effort/"
    empty = client.get(address).content.decode()
    assert "Nobody has gone through the log" in empty and "<svg" in empty.split("<main")[1]
    assert "Go through it" not in empty, "a viewer starts nothing"
    assert (
        "Ask an annotator" in empty
        and f'href="/projects/{sitting.project.pk}/progress/">To the progress' in empty
    )
    assert client.get(f"/api/v1{address}").json() == {"report": None, "made": None}
    report_of(sitting.project, carla)
    page = " ".join(client.get(address).content.decode().split())
    assert "<dd>3 min 50 s</dd>" in page
    assert "at the 10.0 s that one took by hand here" in page
    assert "<dd>0 min 30 s</dd>" in page
    assert "Newest" in page
    assert "Go through it" not in page, "viewers look"
    assert client.get(f"/api/v1{address}").json()["report"]["total"]["objects"] == 28


def test_all_by_hand_saves_nothing_whatever_the_pauses(project, carla):
    created = SimpleNamespace(project=project, clock=START)
    taxon = Taxon.objects.create(name="Copepoda", display_name="Copepoda")
    for n, each in enumerate(_more(make_tow(project), 40)):
        _label(created, carla, [each], taxon, 10 if n % 2 else PAUSE + 1)
    total = report_of(project, carla)["total"]
    assert (total["objects"], total["seconds_each_by_hand"], total["seconds_saved"]) == (40, 10, 0)


def test_who_did_most_stands_first(sitting, carla, bob):
    for each in _more(sitting.tow, 30):
        _label(sitting, bob, [each], sitting.taxon, 1)
    assert [row["person"] for row in report_of(sitting.project, carla)["people"]] == [bob.pk, carla.pk]
