"""A segmenter leaves a site with its card and comes in elsewhere; what is none is refused in words."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import torch
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from annotations.jobs.models import Job
from annotations.projects.actions import create_project
from annotations.scans.segmenters.files import segmenter_folder
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.packages import start_segmenter_export, start_segmenter_import, taxa_of
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from classifier.inference.formats import FORMAT
from classifier.inference.network_folder import learning_facts
from classifier.run_folder import RunFolder
from classifier.segmentation.unet.folder import load_segmenter, write_segmenter
from classifier.segmentation.unet.network import Unet, UnetShape
from tests.scans.outlined import HELD_OUT, ready_segmenter
from tests.worker.runs import run
from worker.segmenters.packages import export_segmenter, import_segmenter

pytestmark = pytest.mark.django_db(transaction=True)
SHAPE = UnetShape(channels=1, classes=2, width=4, levels=2, stride=1)
NO_NETWORK = json.dumps({"method": "unet", "format": FORMAT, "network": 7}).encode()
METRICS = {"scans": 1, "organisms": 1234, "minutes": 3.0, "device": "cpu", "held_out": HELD_OUT}


@pytest.fixture
def segmenter(project) -> Segmenter:
    taxa = ensure_taxa([TaxonName("Copepoda")])
    made = ready_segmenter(project, metrics=METRICS, taxa={"Copepoda": next(iter(taxa.values()))})
    made.name = f"U-Net of {project.title}"
    made.save()
    folder = segmenter_folder(made)
    folder.mkdir(parents=True)
    facts = learning_facts("unet", {"epochs": 2, "steps": 3, "width": 4}, ["Copepoda"], [10.0], "fingerprint")
    write_segmenter(RunFolder(folder), Unet(SHAPE), facts, METRICS)
    return made


def exported(segmenter: Segmenter, alice, client, **words: str) -> bytes:
    job = run(start_segmenter_export(user=alice, segmenter=segmenter, **words), export_segmenter)
    assert job.state == "done", job.message
    client.force_login(alice)
    return client.get(job.result["url"]).getvalue()


def imported_by_job(content: bytes, project, alice) -> Job:
    path = Path(settings.UPLOADS_FOLDER) / "in.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return run(
        start_segmenter_import(user=alice, project=project, path=path, name="in.zip"), import_segmenter
    )


def changed(content: bytes, **files: bytes | None) -> bytes:
    """The zip with other files in the place of its own; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as archive:
        whole = {name: source.read(name) for name in source.namelist()} | files
        for name, text in whole.items():
            if text is not None:
                archive.writestr(name, text)
    return out.getvalue()


def test_it_goes_out_with_a_card_and_comes_into_another_project(segmenter, project, alice, client):
    content = exported(segmenter, alice, client, licence="CC BY 4.0", source="Bay survey")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    card = json.loads(texts["card.json"])
    assert (card["method"], card["classes"], card["licence"]) == ("unet", ["Copepoda"], "CC BY 4.0")
    assert card["name"] == "U-Net for scans" and "1,234 organisms on 1 scan. Finds 93" in card["trained_on"]
    for secret in (project.title, "tray.png", "other.png"):
        assert not [name for name, text in texts.items() if secret.encode() in text], secret
    job = imported_by_job(content, create_project(title="Elsewhere", owner=alice), alice)
    assert job.state == "done", (job.message, job.errors)
    assert job.message == "U-Net for scans brought in: a U-Net that finds Copepoda."
    imported = Segmenter.objects.get(pk=job.result["segmenter"])
    assert (imported.taxa, imported.settings) == (segmenter.taxa, {"epochs": 2, "steps": 3, "width": 4})
    here, there = (load_segmenter(segmenter_folder(one)).network for one in (segmenter, imported))
    assert all(torch.equal(a, b) for a, b in zip(here.parameters(), there.parameters(), strict=True))
    page = client.get(f"/segmenters/{imported.pk}/").content.decode()
    for words in ("It was trained elsewhere", "CC BY 4.0", "Bay survey", "1,234 organisms"):
        assert words in page, words
    assert zipfile.ZipFile(io.BytesIO(exported(imported, alice, client))).read("card.json")


def test_a_class_of_no_taxon_is_none_where_a_taxon_is_called_so(db):
    names = ["Copepoda", "Other organisms", "other organisms", "Background"]
    numbers = {name: next(iter(ensure_taxa([TaxonName(name)]).values())) for name in names}
    classes = ["Copepoda", "other organisms", "organism", "Background (taxon)", "Salpida"]
    assert taxa_of(classes) == {"Copepoda": numbers["Copepoda"], "Background (taxon)": numbers["Background"]}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"weights.pkl": b"x"}, "can run code when it is read"),
        ({"model.safetensors": None}, "model.safetensors is missing"),
        ({"model.safetensors": b"none"}, "does not fit config.json"),
        ({"config.json": b'{"method": "network"}'}, "This is no network that finds objects on scans"),
        ({"config.json": b'{"method": "unet", "format": 0}'}, "The folder was written by another version"),
        ({"config.json": NO_NETWORK}, "config.json says nothing of the network"),
    ],
)
def test_what_is_none_is_refused_and_changes_nothing(segmenter, project, alice, client, files, sentence):
    job = imported_by_job(changed(exported(segmenter, alice, client), **files), project, alice)
    assert job.state == "failed" and sentence in job.message
    assert list(Segmenter.objects.all()) == [segmenter]
    assert not list(settings.MODELS_FOLDER.glob(".import*"))


def test_managers_alone_take_it_out_and_bring_it_in_also_by_program(
    segmenter, project, alice, vera, client, tmp_path
):
    with pytest.raises(PermissionDenied):
        start_segmenter_export(user=vera, segmenter=segmenter)
    with pytest.raises(PermissionDenied):
        start_segmenter_import(user=vera, project=project, path=tmp_path, name="in.zip")
    content = exported(segmenter, alice, client)
    url = f"/api/v1/projects/{project.pk}/segmenters/imports/"
    answer = client.post(url, {"folder": SimpleUploadedFile("in.zip", content)})
    assert (answer.status_code, answer.json()["kind"]) == (202, "import_segmenter")
    sent = client.post(
        f"/projects/{project.pk}/segmenters/import/", {"folder": SimpleUploadedFile("a.zip", b"")}
    )
    assert sent.status_code == 302
    answer = client.post(f"/api/v1/segmenters/{segmenter.pk}/export/", {"licence": "CC0"}, "application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "export_segmenter")
    Segmenter.objects.update(is_ready=False)
    segmenter.refresh_from_db()
    with pytest.raises(ValidationError, match="not ready"):
        start_segmenter_export(user=alice, segmenter=segmenter)


def test_by_hand(segmenter, project, alice, tmp_path, capsys):
    out = tmp_path / "tray.zip"
    call_command("export_segmenter", str(segmenter.pk), str(out), licence="CC0", source="The lab")
    call_command("import_segmenter", str(out), project=[project.title])
    imported = Segmenter.objects.get(is_foreign=True)
    assert f"Segmenter {imported.pk}" in capsys.readouterr().out
    assert (imported.card["licence"], imported.card["source"]) == ("CC0", "The lab")
    assert (imported.project, imported.kind, imported.is_ready) == (project, "unet", True)


def test_commands_refuse_what_cannot_be(segmenter, project, tmp_path):
    with pytest.raises(CommandError, match="belongs to one project"):
        call_command("import_segmenter", str(tmp_path), *["--project", project.title] * 2)
    Segmenter.objects.update(is_ready=False)
    with pytest.raises(CommandError, match=f"no segmenter {segmenter.pk} that is ready"):
        call_command("export_segmenter", str(segmenter.pk), str(tmp_path / "tray.zip"))
