"""A backbone leaves a site with its card and comes in elsewhere; what is none is refused in words."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from safetensors.numpy import load_file, save_file

from annotations.jobs.models import Job
from annotations.learning.ancestors import seen_before
from annotations.learning.backbones.actions import new_backbone
from annotations.learning.backbones.packages import start_backbone_export, start_backbone_import
from annotations.learning.files import backbone_folder
from annotations.learning.models import Backbone, Model
from annotations.projects.actions import create_project
from classifier.inference.embedding import load_embedder
from tests.learning.backbone_folders import FIGURES, tiny_backbone
from tests.learning.models import make_ready
from tests.worker.runs import run
from worker.learning.backbone_folders import export_backbone, import_backbone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tiny_backbone(tmp_path_factory.mktemp("tiny") / "backbone")


@pytest.fixture
def backbone(project, alice, folder) -> Backbone:
    created = Backbone.objects.create(
        name="Bay", owner=alice, is_ready=True, metrics=FIGURES, settings={"image_size": 32, "epochs": 3}
    )
    created.projects.set([project])
    _copy(folder, backbone_folder(created))
    return created


def _copy(folder: Path, into: Path) -> Path:
    into.mkdir(parents=True)
    for path in folder.iterdir():
        (into / path.name).write_bytes(path.read_bytes())
    return into


def exported(backbone: Backbone, alice, client, **words: str) -> bytes:
    job = run(start_backbone_export(user=alice, backbone=backbone, **words), export_backbone)
    assert job.state == "done", job.message
    client.force_login(alice)
    return client.get(job.result["url"]).getvalue()


def imported_by_job(path: Path, alice, *projects) -> Job:
    return run(
        start_backbone_import(user=alice, projects=list(projects), path=path, name=path.name), import_backbone
    )


def uploaded(content: bytes) -> Path:
    path = Path(settings.UPLOADS_FOLDER) / "in.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_it_goes_out_with_a_card_and_comes_into_another_project(backbone, project, alice, client):
    content = exported(backbone, alice, client, licence="CC BY 4.0", source="Bay survey")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        card = json.loads(archive.read("card.json"))
        assert "model.safetensors" in archive.namelist()
        assert not any(project.title.encode() in archive.read(name) for name in archive.namelist())
    assert (card["kind"], card["image_size"], card["channels"]) == ("compact_resnet", 32, 1)
    assert (card["mean"], card["deviation"], card["licence"]) == (0.8, 0.1, "CC BY 4.0")
    assert "1,234 images without labels" in card["trained_on"]
    elsewhere, path = create_project(title="Elsewhere", owner=alice), uploaded(content)
    job = imported_by_job(path, alice, elsewhere)
    assert job.state == "done", (job.message, job.errors)
    imported = Backbone.objects.get(pk=job.result["backbone"])
    assert (imported.name, imported.is_ready, imported.is_foreign) == ("Bay", True, True)
    assert (imported.network, imported.settings["image_size"]) == ("compact_resnet", 32)
    assert list(imported.projects.all()) == [elsewhere]
    pixels = np.full((1, 32, 32), 90, np.uint8)
    before, after = (load_embedder(backbone_folder(one), "cpu")(pixels) for one in (backbone, imported))
    assert np.array_equal(before, after)
    page = client.get(f"/backbones/{imported.pk}/").content.decode()
    for words in ("Brought in", "CC BY 4.0", "Bay survey", "1,234 images without labels", "0.500"):
        assert words in page, words
    assert not path.exists()
    assert not list(settings.MODELS_FOLDER.glob(".import*"))


def test_a_name_that_is_a_projects_stays_here(backbone, project, alice, client):
    named = new_backbone(projects=[project], owner=alice).name
    Backbone.objects.filter(pk=backbone.pk).update(name=named)
    backbone.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(exported(backbone, alice, client))) as archive:
        assert project.title in named
        assert json.loads(archive.read("card.json"))["name"] == "compact_resnet, without labels"


def test_what_comes_in_has_looked_at_nothing_here_unless_it_is_a_copy(
    backbone, project, alice, client, folder
):
    stranger = Backbone.objects.create(name="Of others", is_foreign=True)
    stranger.projects.set([project])
    model = make_ready(project, 1, 2)
    Model.objects.filter(pk=model.pk).update(start_backbone=stranger)
    model.refresh_from_db()
    assert not seen_before(model)
    job = imported_by_job(uploaded(exported(backbone, alice, client)), alice, project)
    Model.objects.filter(pk=model.pk).update(start_backbone=job.result["backbone"])
    model.refresh_from_db()
    assert seen_before(model).has_looked, "its first has learnt from this project"


def test_a_folder_that_was_pretrained_by_hand_has_no_card(folder, project, alice, tmp_path):
    job = imported_by_job(_copy(folder, tmp_path / "by hand"), alice, project)
    assert job.state == "done", (job.message, job.errors)
    imported = Backbone.objects.get(pk=job.result["backbone"])
    assert (imported.name, imported.card["licence"]) == ("by hand", "")


def _without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _with_a_pickle(folder: Path) -> None:
    torch.save({"weights": 1}, folder / "model.pt")


def _with_a_pickle_under_another_name(folder: Path) -> None:
    torch.save({"weights": 1}, folder / "model.safetensors")


def _of_another_network(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["fitted"]["network"]["backbone"] = "resnet18"
    (folder / "config.json").write_text(json.dumps(config))


def _of_nobodys_network(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["fitted"]["network"]["backbone"] = "../../etc"
    (folder / "config.json").write_text(json.dumps(config))


def _damaged(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: np.full_like(array, np.nan) for name, array in weights.items()}, folder / "model.safetensors"
    )


def _a_model(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"method": "network", "classes": ["a", "b"]}))


def _with_a_card_of_numbers(folder: Path) -> None:
    (folder / "card.json").write_text(json.dumps({"licence": 4}))


def _with_a_card_of_half_a_letter(folder: Path) -> None:
    (folder / "card.json").write_text(json.dumps({"name": "\ud800"}))


def _of_a_mean_beyond_all_floats(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["fitted"]["preprocessing"]["mean"] = 10**400
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (_without_weights, "model.safetensors is missing"),
        (_with_a_pickle, "can run code when it is read"),
        (_with_a_pickle_under_another_name, "is no file of safetensors"),
        (_of_another_network, "The weights do not fit config.json"),
        (_of_nobodys_network, "a network that is known"),
        (_damaged, "its weights are damaged"),
        (_a_model, "a model that names taxa"),
        (_with_a_card_of_numbers, "`licence` in card.json takes a text"),
        (_with_a_card_of_half_a_letter, "`name` in card.json takes a text"),
        (_of_a_mean_beyond_all_floats, "the mean of its pictures"),
    ],
)
def test_what_is_no_backbone_is_refused_in_words(folder, project, alice, tmp_path, spoilt, words):
    copy = _copy(folder, tmp_path / "spoilt")
    spoilt(copy)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in copy.iterdir():
            archive.write(path, path.name)
    job = imported_by_job(uploaded(content.getvalue()), alice, project)
    assert job.state == "failed"
    assert words in job.message
    assert job.errors[0]["file"] == "in.zip"
    assert not Backbone.objects.exists()


def test_figures_and_settings_that_no_page_could_show_stay_behind(folder, project, alice, tmp_path):
    copy = _copy(folder, tmp_path / "odd")
    config = json.loads((copy / "config.json").read_text())
    config["settings"] |= {"loss": ["simclr"], "stem": {}}
    (copy / "config.json").write_text(json.dumps(config))
    (copy / "metrics.json").write_text(json.dumps(FIGURES | {"images": 10**400, "device": "cpu\0"}))
    (copy / "cache").mkdir()
    job = imported_by_job(copy, alice, project)
    assert job.state == "done", (job.message, job.errors)
    imported = Backbone.objects.get(pk=job.result["backbone"])
    assert not {"loss", "stem"} & set(imported.settings)
    assert not {"images", "device"} & set(imported.metrics)
    assert imported.metrics["minutes"] == FIGURES["minutes"]
    assert not (backbone_folder(imported) / "cache").exists()


def test_an_import_whose_worker_died_at_the_end_makes_one_backbone(folder, project, alice, tmp_path):
    job = imported_by_job(_copy(folder, tmp_path / "once"), alice, project)
    Job.objects.filter(pk=job.pk).update(state="queued", result={})
    again = run(Job.objects.get(pk=job.pk), import_backbone)
    assert again.result["backbone"] == Backbone.objects.get().pk


def test_by_page_and_by_api(backbone, project, alice, vera, client):
    client.force_login(alice)
    assert "Export it" in client.get(f"/backbones/{backbone.pk}/").content.decode()
    answer = client.post(f"/backbones/{backbone.pk}/export/", {"licence": "CC0"})
    job = Job.objects.get(kind="export_backbone")
    assert (answer.url, job.params["licence"]) == (f"/jobs/{job.pk}/", "CC0")
    job.delete()
    answer = client.post(f"/api/v1/backbones/{backbone.pk}/export/", {}, content_type="application/json")
    assert answer.status_code == 202
    body = {"folder": SimpleUploadedFile("bay.zip", b"zip"), "projects": [project.pk]}
    answer = client.post("/api/v1/backbones/imports/", body)
    assert (answer.status_code, answer.json()["kind"]) == (202, "import_backbone")
    body = {"folder": SimpleUploadedFile("bay.zip", b"zip"), "project": project.pk}
    assert "/jobs/" in client.post("/backbones/import/", body).url
    assert (
        "at least one project"
        in client.post(
            "/backbones/import/", {"folder": SimpleUploadedFile("bay.zip", b"zip")}
        ).content.decode()
    )
    client.force_login(vera)
    assert client.get("/backbones/import/").status_code == 403
    assert "Export it" not in client.get(f"/backbones/{backbone.pk}/").content.decode()
    assert client.post(f"/backbones/{backbone.pk}/export/").status_code == 403


def test_by_hand(backbone, project, tmp_path, capsys):
    out = tmp_path / "bay.zip"
    call_command("export_backbone", str(backbone.pk), str(out), licence="CC0")
    call_command("import_backbone", str(out), project=[project.title])
    imported = Backbone.objects.get(is_foreign=True)
    assert f"Backbone {imported.pk}" in capsys.readouterr().out
    assert imported.card["licence"] == "CC0"
