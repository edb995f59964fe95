"""Prediction as a job: what it writes, what it leaves alone, what a killed worker leaves."""

import math

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from annotations.jobs.models import Job, JobState
from annotations.labels.actions import Target, label_objects
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.tally import project_counts
from annotations.learning.models import Model, Prediction
from annotations.samples.models import Image, Object, State
from annotations.similarity.models import Embedding
from annotations.taxonomy.models import Taxon
from tests.lake import UNSETTLED, VALIDATED
from tests.worker.runs import Killed, die_at, new_prediction, new_training, run, trained
from worker import learning
from worker.learning import predict_project, train_model

pytestmark = pytest.mark.django_db(transaction=True)


def labels(objects: list[Object]) -> list[tuple]:
    return list(
        Object.objects.filter(pk__in=[o.pk for o in objects])
        .order_by("pk")
        .values_list("pk", "taxon_id", "state", "score", "margin", "entropy", "annotator_id", "version")
    )


def test_it_predicts_what_nobody_has_settled_and_nothing_else(lake):
    model, before = trained(lake), labels(lake.settled)
    job = run(new_prediction(lake, model), predict_project)
    everything = UNSETTLED + len(lake.settled)
    assert (job.state, job.result["predicted"]) == (JobState.DONE, UNSETTLED)
    assert (job.done, job.total) == (everything, everything), "it looks at what is settled, too"
    assert job.message == "10 objects predicted. What people have settled was left alone."
    assert labels(lake.settled) == before
    for _, taxon, state, score, margin, entropy, annotator, version in labels(lake.unsettled):
        assert taxon in (lake.disc, lake.bar)
        assert (state, annotator, version) == (State.PREDICTED, None, 2)
        assert 0.5 <= score <= 1
        assert margin == pytest.approx(2 * score - 1, abs=1e-5)
        bits = -sum(p * math.log2(p) for p in (score, 1 - score) if p)
        assert entropy == pytest.approx(bits, abs=1e-4), "of two taxa, in shares of one bit"
    batch = Batch.objects.get(pk=job.result["batch"])
    assert (batch.kind, batch.model_id, batch.changed) == (BatchKind.PREDICTION, model.pk, UNSETTLED)
    assert Change.objects.filter(batch=batch).count() == UNSETTLED
    predicted = sum(count for _, state, count in project_counts(lake.project.pk) if state == "P")
    assert predicted == UNSETTLED


def test_it_keeps_the_best_taxa_with_their_scores(lake):
    model = trained(lake)
    run(new_prediction(lake, model), predict_project)
    assert Prediction.objects.count() == UNSETTLED
    for kept in Prediction.objects.select_related("object"):
        assert kept.model == model
        assert sorted(kept.taxa) == sorted([lake.disc, lake.bar])
        assert kept.taxa[0] == kept.object.taxon_id
        assert sum(kept.scores) == pytest.approx(1, abs=1e-5)


def test_a_worker_killed_between_chunks_leaves_what_an_undisturbed_one_would(lake, monkeypatch):
    model = trained(lake)
    run(new_prediction(lake, model), predict_project)
    undisturbed = [row[:5] for row in labels(lake.unsettled)]
    Object.objects.filter(pk__in=[o.pk for o in lake.unsettled]).update(version=1)
    job, write, chunks = new_prediction(lake, model), learning._write_chunk, []

    def killed_in_the_second_chunk(*arguments):
        write(*arguments)
        chunks.append(arguments)
        if len(chunks) == 2:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(learning, "_write_chunk", killed_in_the_second_chunk)
        die_at(job, predict_project)
    job.refresh_from_db()
    assert job.checkpoint["done"] == 8
    job = run(job, predict_project)
    assert (job.state, job.attempt, job.result["predicted"]) == (JobState.DONE, 2, UNSETTLED)
    assert [row[:5] for row in labels(lake.unsettled)] == undisturbed
    assert {row[7] for row in labels(lake.unsettled)} == {2}  # each was written once
    assert Batch.objects.filter(kind=BatchKind.PREDICTION).count() == 2  # one a job


def test_a_chunk_and_its_note_are_kept_together_or_not_at_all(lake, monkeypatch):
    model = trained(lake)
    job = new_prediction(lake, model)
    checkpoint = learning.Progress.checkpoint

    def killed_before_the_note(self, **note):
        if note["last_id"]:
            raise Killed
        checkpoint(self, **note)

    with monkeypatch.context() as patched:
        patched.setattr(learning.Progress, "checkpoint", killed_before_the_note)
        die_at(job, predict_project)
    assert {row[7] for row in labels(lake.unsettled)} == {1}
    assert run(job, predict_project).result["predicted"] == UNSETTLED


def test_what_a_person_settles_meanwhile_stays_theirs(lake, bob, monkeypatch):
    model = trained(lake)
    last, write = lake.unsettled[-1], learning._write_chunk

    def settled_first(*arguments):
        found = Object.objects.get(pk=last.pk)
        if found.state != State.VALIDATED:
            rare = Taxon.objects.get(pk=lake.rare)
            label_objects(
                project=lake.project, user=bob, targets=[Target(last.pk, found.version)], taxon=rare
            )
        write(*arguments)

    monkeypatch.setattr(learning, "_write_chunk", settled_first)
    job = run(new_prediction(lake, model), predict_project)
    assert job.result["predicted"] == UNSETTLED - 1
    last.refresh_from_db()
    assert (last.taxon_id, last.state, last.annotator) == (lake.rare, State.VALIDATED, bob)
    assert not Prediction.objects.filter(object=last).exists()


def test_a_filter_narrows_it(lake):
    model = trained(lake)
    job = run(new_prediction(lake, model, state=["unclassified"]), predict_project)
    assert job.result["predicted"] == sum(o.state == State.UNCLASSIFIED for o in lake.unsettled)
    assert not Object.objects.filter(project=lake.project, state=State.UNCLASSIFIED).exists()


def test_unreadable_images_are_counted_and_passed_over(lake):
    model = trained(lake)
    for broken in (lake.unsettled[2], lake.unsettled[-1]):
        default_storage.delete(Image.objects.get(object=broken).key)
    job = run(new_prediction(lake, model), predict_project)
    assert (job.result["predicted"], job.result["unreadable"]) == (UNSETTLED - 2, 2)
    assert "The images of 2 could not be read." in job.message


def test_nothing_to_predict_is_no_error(lake):
    model = trained(lake)
    job = run(new_prediction(lake, model, sample=[10**9]), predict_project)
    assert (job.state, job.result["predicted"]) == (JobState.DONE, 0)


def test_a_cancelled_prediction_keeps_its_finished_chunks(lake, monkeypatch):
    model = trained(lake)
    job, write = new_prediction(lake, model), learning._write_chunk

    def cancelled_after_a_chunk(*arguments):
        write(*arguments)
        arguments[4]._lost.set()

    monkeypatch.setattr(learning, "_write_chunk", cancelled_after_a_chunk)
    assert run(job, predict_project).state == JobState.CANCELLED
    assert Embedding.objects.count() == 4


def test_a_model_without_its_files_is_named(lake):
    model, _ = new_training(lake)
    Model.objects.filter(pk=model.pk).update(is_ready=True)
    job = run(new_prediction(lake, model), predict_project)
    assert job.state == JobState.FAILED
    assert "is missing" in job.message


def test_pictures_of_a_storage_without_paths_are_fetched(lake, settings):
    pictures = {image.key: default_storage.open(image.key).read() for image in Image.objects.all()}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "tests.lake.Bucket"}}
    for key, content in pictures.items():
        default_storage.save(key, ContentFile(content))
    model, training = new_training(lake)
    training = run(training, train_model)
    assert training.state == JobState.DONE, training.message
    model.refresh_from_db()
    assert model.metrics["n_train"] + model.metrics["n_held_out"] == VALIDATED
    assert run(new_prediction(lake, model), predict_project).result["predicted"] == UNSETTLED


def test_the_command_predicts(lake, capsys):
    model = trained(lake)
    call_command("predict", model=model.pk, project=lake.project.title)
    assert "10 objects predicted" in capsys.readouterr().out
    assert Job.objects.get(kind="predict").state == JobState.DONE


def test_the_command_says_why_it_cannot(lake):
    model, _ = new_training(lake)
    with pytest.raises(CommandError, match=r"no model \d+ that is ready"):
        call_command("predict", model=model.pk, project=lake.project.title)
    Model.objects.update(is_ready=True)
    with pytest.raises(CommandError, match="There is no project 'Nowhere'"):
        call_command("predict", model=model.pk, project="Nowhere")
