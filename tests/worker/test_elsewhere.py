"""With a bucket each machine has its own SESTON_HOME: what one makes, the others find."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotations.learning.files import files_of_model, files_of_set, learning_set_folder, model_folder
from annotations.learning.models import LearningSet, Model
from annotations.learning.serving import Picture
from annotations.learning.sweeping import remove_unused_artefacts
from annotations.pictures.artefacts import artefact_storage, stored_in
from classifier.contract.manifest import read_manifest
from tests.learning.sets import freeze, recipe_of
from tests.worker.runs import Killed, die_at, new_prediction, new_training, run
from worker.learning import job as learning
from worker.learning.job import train_model
from worker.learning.run import LearningRun
from worker.prediction.job import predict_project
from worker.serving import look_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def move_to(settings, tmp_path: Path) -> Callable[[str], Path]:
    """Goes on as another machine of the site."""

    def move(name: str) -> Path:
        home = tmp_path / name
        settings.SESTON_HOME = settings.ARTEFACTS_FOLDER = home
        settings.MODELS_FOLDER, settings.LEARNING_SETS_FOLDER = home / "models", home / "learning_sets"
        return home

    return move


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]


def test_a_set_that_one_machine_froze_is_read_on_another(bucket, lake, move_to, client, alice):
    home = move_to("a")
    made, job = freeze(recipe_of(lake.project))
    assert job.state == "done", job.message
    assert not learning_set_folder(made).exists(), "what it made is its copy now"
    with files_of_set(made) as folder:
        assert folder.is_relative_to(home / "copies")
        first = read_manifest(folder / made.facts["file"])
        assert all(Path(path).exists() for path in first["path"].to_pylist())
    home = move_to("b")
    client.force_login(alice)
    content = client.get(f"/learning-sets/{made.pk}/download/").getvalue()
    assert set(pq.read_table(io.BytesIO(content))["path"].to_pylist()) == {
        image.key for settled in lake.settled[:24] for image in settled.images.all()
    }
    with files_of_set(made) as folder:
        second = read_manifest(folder / made.facts["file"])
    assert second.drop_columns("path").equals(first.drop_columns("path"))
    assert all(Path(path).is_relative_to(home) for path in second["path"].to_pylist())


def test_a_model_is_trained_on_one_machine_and_used_on_others(bucket, lake, move_to):
    move_to("web")
    created, _ = freeze(recipe_of(lake.project))
    home = move_to("gpu")
    model, job = new_training(lake, learning_set=created)
    assert run(job, train_model).state == "done", job.message
    assert not model_folder(model).exists(), "what it made is its copy now"
    assert len([path for path in files_below(home) if path.suffix == ".png"]) == 24
    model.refresh_from_db()
    home = move_to("another")
    job = run(new_prediction(lake, model), predict_project)
    assert (job.state, job.result["predicted"]) == ("done", len(lake.unsettled)), job.message
    assert [answer["taxa"] for answer in look_at(model, [Picture(key=lake.unsettled[0].images.get().key)])]
    assert {path.name for path in (home / "copies").iterdir() if not path.name.startswith(".")} == {
        model.artefact.removesuffix(".tar").replace("/", "-")
    }


def test_a_training_that_another_machine_takes_up_is_finished_there(bucket, lake, move_to, monkeypatch):
    move_to("gpu")
    model, job = new_training(lake)

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(LearningRun, "keep_copy", killed)
        die_at(job, train_model)
    move_to("another")
    monkeypatch.setattr(learning, "train", killed)
    job = run(job, train_model)
    assert job.state == "done" and job.message.startswith("Trained: held-out accuracy")
    model.refresh_from_db()
    with files_of_model(model) as folder:
        assert (folder / "model.safetensors").exists()


def test_a_model_whose_files_the_bucket_has_lost_says_so(bucket, lake, move_to):
    move_to("gpu")
    model = Model.objects.create(name="Bay", is_ready=True, artefact="models/lost.tar")
    job = run(new_prediction(lake, model), predict_project)
    assert (job.state, job.message) == (
        "failed",
        "The files of Bay are gone from the storage: train it again.",
    )


def test_what_was_made_in_folders_is_used_where_it_lies(bucket, lake, move_to, settings):
    home = move_to("a")
    with_bucket, settings.STORAGES = settings.STORAGES, in_folders(settings.STORAGES, home)
    created, _ = freeze(recipe_of(lake.project))
    assert created.artefact == "" and learning_set_folder(created).exists()
    settings.STORAGES = with_bucket
    with files_of_set(created) as folder:
        assert folder == learning_set_folder(created)


def in_folders(storages: dict, home: Path) -> dict:
    backend = "django.core.files.storage.FileSystemStorage"
    return {**storages, "artefacts": {"BACKEND": backend, "OPTIONS": {"location": home}}}


def test_files_of_deleted_models_and_sets_leave_the_bucket(bucket, lake, move_to, monkeypatch):
    move_to("a")
    learning_set, _ = freeze(recipe_of(lake.project))
    deleted, _ = freeze(recipe_of(lake.project, seed=5))
    artefact_storage().save("models/overtaken.tar", io.BytesIO(b"files"))
    LearningSet.objects.filter(pk=deleted.pk).delete()
    assert remove_unused_artefacts() == 0, "they may be too young to be named"
    monkeypatch.setattr("annotations.learning.sweeping.YOUNG", timedelta(days=-1))
    assert remove_unused_artefacts() == 2
    assert [key for kind in ("models", "learning_sets") for key, _ in stored_in(kind)] == [
        learning_set.artefact
    ]
