"""Training as a job: what it keeps, what a killed worker leaves, how it says no."""

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import OperationalError

from annotations.jobs.models import FINENESS, Job, JobState
from annotations.jobs.progress import Progress
from annotations.learning.actions import new_model
from annotations.learning.files import learning_set_folder, model_folder
from annotations.learning.models import HeldOut, Model
from annotations.learning.queries import named_metrics
from annotations.learning.sets.rows import code_version
from annotations.samples.models import Image, Object, State
from tests.worker.runs import Killed, die_at, new_training, run, trained
from worker.learning import job as learning
from worker.learning import run as learning_run
from worker.learning.job import train_model
from worker.learning.run import LearningRun

pytestmark = pytest.mark.django_db(transaction=True)
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1", "ece")


def timeless(metrics: dict) -> dict:
    """Figures without what a clock says."""
    clocks = ("minutes", "watt_hours")
    result = {name: value for name, value in metrics.items() if name not in clocks}
    return {**result, "baseline": {k: v for k, v in metrics["baseline"].items() if k not in clocks}}


def without_clock(history: list[dict]) -> list[dict]:
    return [{key: value for key, value in epoch.items() if key != "seconds"} for epoch in history]


def test_a_training_leaves_a_model_with_figures_curves_and_held_out_objects(lake):
    model, job = new_training(lake)
    job = run(job, train_model)
    model.refresh_from_db()
    assert (job.state, job.result["model"]) == (JobState.DONE, model.pk)
    assert "held-out accuracy" in job.message
    assert model.is_ready
    assert model.job == job
    assert model.classes == sorted([lake.disc, lake.bar], key=str)
    assert [epoch["epoch"] for epoch in model.history] == [1, 2]
    metrics = named_metrics(model)
    assert all(0 <= metrics[name] <= 1 for name in FIGURES)
    assert metrics["split"] == "sample"
    assert {tuple(entry["taxon"].items()) for entry in metrics["per_taxon"]} == {
        (("id", lake.disc), ("name", "Noctiluca")),
        (("id", lake.bar), ("name", "Chaetognatha")),
    }
    assert {"precision", "recall", "f1", "support"} < set(metrics["per_taxon"][0])
    assert metrics["baseline"]["name"] == "random forest on region measurements"
    held_out = HeldOut.objects.filter(model=model, fold="test")
    assert held_out.count() == metrics["n_held_out"]
    assert HeldOut.objects.filter(model=model, fold="tune").count() == metrics["n_tune"] > 0
    assert held_out.values("object__sample").distinct().count() == 1
    for row in held_out:
        assert row.object.taxon_id == row.taxon_id


def test_the_learning_set_is_what_was_validated_and_says_what_it_left_out(lake):
    model, job = new_training(lake)
    run(job, train_model)
    model.refresh_from_db()
    facts = model.facts
    assert (facts["objects"], facts["samples"], facts["taxa"]) == (24, 3, 2)
    assert facts["left_out"] == [lake.rare]
    assert facts["code"] == code_version() != "unknown"
    table = pq.read_table(learning_set_folder(model.learning_set) / facts["file"]).to_pylist()
    validated = Object.objects.filter(state=State.VALIDATED).exclude(taxon=lake.rare).order_by("id")
    assert [row["object_id"] for row in table] == [o.pk for o in validated]
    assert {row["label"] for row in table} == {str(lake.disc), str(lake.bar)}
    assert table[0]["path"] == default_storage.path(validated[0].images.get().key)


def test_the_curves_grow_while_it_trains(lake, monkeypatch):
    lengths = []
    model, job = new_training(lake)
    update = learning.Progress.update

    def watched(self, done, total, message=""):
        lengths.append(len(Model.objects.get(pk=model.pk).history))
        update(self, done, total, message)

    monkeypatch.setattr(learning.Progress, "update", watched)
    run(job, train_model)
    assert set(lengths) == {0, 1, 2}
    assert lengths == sorted(lengths)


@pytest.mark.parametrize("method", ["features", "measure"])
def test_its_bar_goes_forward_from_stage_to_stage(lake, monkeypatch, method):
    """Before, it began anew with each: 33 %, then 0."""
    on_the_whole, bar = Progress._on_the_whole, []

    def watched(self, done, total):
        bar.append(on_the_whole(self, done, total))
        return bar[-1]

    monkeypatch.setattr(Progress, "_on_the_whole", watched)
    _, params = new_model(projects=[lake.project], method=method)
    job = run(Job.objects.create(kind="train", project=lake.project, params=params), train_model)
    assert job.state == JobState.DONE, job.message
    assert {total for _, total in bar} == {FINENESS}
    assert [done for done, _ in bar] == sorted(done for done, _ in bar)
    assert len({done for done, _ in bar}) > 3, "it moves, too"


def test_the_curves_are_whole_where_the_database_was_away_at_the_last_epoch(lake, monkeypatch):
    model, job = new_training(lake)
    save = Model.save

    def away(self, *arguments, **more):
        if more.get("update_fields") == ["history"]:
            raise OperationalError("server closed the connection unexpectedly")
        save(self, *arguments, **more)

    monkeypatch.setattr(Model, "save", away)
    monkeypatch.setattr(learning_run.connection, "close", lambda: None)  # the test's own transaction
    run(job, train_model)
    model.refresh_from_db()
    assert [epoch["epoch"] for epoch in model.history] == [1, 2]


def test_a_killed_training_goes_on_at_its_last_epoch_with_the_same_learning_set(lake, monkeypatch):
    undisturbed, job = new_training(lake)
    run(job, train_model)
    undisturbed.refresh_from_db()
    model, job = new_training(lake)
    report = LearningRun.report

    def killed_in_the_second_epoch(self, step):
        report(self, step)
        if len(step.get("history", [])) == 1:
            raise Killed

    monkeypatch.setattr(LearningRun, "report", killed_in_the_second_epoch)
    die_at(job, train_model)
    epochs: list[int] = []

    def watched(self, step):
        epochs.extend([len(step["history"])] if "history" in step else [])
        report(self, step)

    monkeypatch.setattr(LearningRun, "report", watched)
    Object.objects.filter(state=State.DUBIOUS).update(state=State.VALIDATED)  # comes too late for this model
    job = run(job, train_model)
    model.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert min(epochs) == 1, "the first epoch is not learnt again"
    assert model.facts["objects"] == 24
    assert without_clock(model.history) == without_clock(undisturbed.history)
    assert timeless(model.metrics) == timeless(undisturbed.metrics)
    assert not list(settings.MODELS_FOLDER.glob(".training*")), "the folders of its claims are gone"


def test_a_worker_killed_at_the_very_end_does_not_train_again(lake, monkeypatch):
    model, job = new_training(lake)

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(learning, "_keep_result", killed)
        die_at(job, train_model)
    monkeypatch.setattr(learning, "train", killed)
    assert run(job, train_model).state == JobState.DONE
    model.refresh_from_db()
    assert model.is_ready
    assert HeldOut.objects.filter(model=model, fold="test").count() == model.metrics["n_held_out"]


def test_what_another_database_left_in_the_folder_is_not_taken_for_this_model(lake):
    first = trained(lake)
    left = model_folder(first)
    model, job = new_training(lake)
    left.rename(model_folder(model))
    (model_folder(model) / "metrics.json").write_text('{"accuracy": 7, "macro_f1": 7}')
    run(job, train_model)
    model.refresh_from_db()
    assert model.metrics["accuracy"] <= 1


def test_a_cancelled_training_stops(lake):
    model, job = new_training(lake, epochs=500)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    assert run(job, train_model).state == JobState.CANCELLED
    model.refresh_from_db()
    assert not model.is_ready


def test_one_taxon_is_too_little(lake):
    _, job = new_training(lake, taxa=[lake.disc, lake.rare])
    job = run(job, train_model)
    assert job.state == JobState.FAILED
    assert "at least two taxa need 2 validated objects each" in job.message
    _, job = new_training(lake, least_per_taxon=20)
    assert "20 validated objects" in run(job, train_model).message


def test_objects_without_images_are_too_little(lake):
    Image.objects.all().delete()
    _, job = new_training(lake)
    job = run(job, train_model)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "None of these objects has an image to learn from. Import the images first.",
    )


def test_unreadable_images_are_left_out_and_counted(lake):
    lost = Image.objects.get(object=lake.settled[0])
    default_storage.delete(lost.key)
    model, job = new_training(lake, epochs=1)
    run(job, train_model)
    model.refresh_from_db()
    assert "1 images could not be read and were left out." in model.metrics["warnings"]


def test_the_command_trains_and_prints_the_figures(lake, capsys):
    call_command("train", project=[lake.project.title], name="Bay", epochs=1, image_size=32, batch_size=8)
    output = capsys.readouterr().out
    model = Model.objects.get(name="Bay")
    assert model.is_ready
    assert f"Model {model.pk}, Bay" in output
    assert all(name in output for name in FIGURES)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"project": ["Nowhere"]}, "There is no project 'Nowhere'."),
        ({"epochs": 1000}, "`epochs` is 1000, but takes a whole number from 0 to 500."),
        ({"taxon": [1]}, "There is too little to learn from"),
    ],
)
def test_the_command_says_why_it_cannot(lake, options, why):
    with pytest.raises(CommandError, match=why):
        call_command("train", **{"project": [lake.project.title], **options})
