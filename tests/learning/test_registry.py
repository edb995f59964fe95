"""What managers do with models: name them, put them away, make them a project's own, take them out, bring them in."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse

from annotations.jobs.models import Job
from annotations.learning.files import model_folder
from annotations.learning.models import Model, ProjectModel
from annotations.learning.queries import models_offered_in, registry
from annotations.learning.registry import (
    adopt_model,
    change_model,
    release_model,
    start_export,
    start_import,
    taxa_of_classes,
)
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from classifier.contract.errors import ClassifierError
from tests.classifier.tiny import tiny_model
from tests.learning.models import make_model, make_old, make_ready
from tests.worker.runs import run
from tests.worlds import shared_rows
from worker.learning import model_folders
from worker.learning.model_folders import export_model, import_model


@shared_rows
def taxa(db) -> list[int]:
    names = ("Noctiluca", "Chaetognatha", "Oithona|similis")
    return list(ensure_taxa([TaxonName(name) for name in names]).values())


@shared_rows
def model(project, taxa) -> Model:
    return make_ready(project, *taxa[:2])


# --- Changing ---------------------------------------------------------------------------------------------------------


def test_a_manager_changes_what_a_model_is_called_and_asked(model, alice):
    change_model(user=alice, model=model, name=" Bay 2 ", notes="Nets only.", wanted_precision=0.95)
    model.refresh_from_db()
    assert (model.name, model.notes, model.wanted_precision) == ("Bay 2", "Nets only.", 0.95)
    change_model(user=alice, model=model, wanted_precision=None, archived=True)
    model.refresh_from_db()
    assert model.wanted_precision is None
    first = model.archived
    assert change_model(user=alice, model=model, archived=True).archived == first
    assert change_model(user=alice, model=model, archived=False).archived is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "x" * 201}, "at most 200"),
        ({"notes": "x" * 10_001}, "at most 10,000"),
        ({"wanted_precision": 0.93}, "takes one of 0.8, 0.9, 0.95, 0.99"),
        ({"wanted_precision": "much"}, "takes one of"),
        ({"classes": []}, "has no classes"),
    ],
)
def test_what_cannot_be_is_refused(model, alice, changes, why):
    with pytest.raises(ValidationError, match=why):
        change_model(user=alice, model=model, **changes)


def test_an_old_model_has_no_precision_to_choose(project, taxa, alice):
    with pytest.raises(ValidationError, match="train it again"):
        change_model(user=alice, model=make_old(project, *taxa[:2]), wanted_precision=0.9)


def test_who_manages_one_of_its_projects_only_changes_nothing(model, project, alice, bob, dan, root):
    model.projects.add(create_project(title="Dan's own", owner=dan))
    for user in (alice, bob, dan):
        with pytest.raises(PermissionDenied, match="all projects"):
            change_model(user=user, model=model, name="Mine")
        with pytest.raises(PermissionDenied):
            start_export(user=user, model=model)
    change_model(user=root, model=model, name="Root's")


def test_a_project_has_one_model_of_its_own(model, project, taxa, alice, bob, dan):
    other = make_ready(project, *taxa[:2], name="Other")
    adopt_model(user=alice, project=project, model=model)
    adopt_model(user=alice, project=project, model=other)
    assert ProjectModel.objects.get().model == other
    assert [m.name for m in models_offered_in(alice, project)] == ["Other", "Bay"]
    adopt_model(user=alice, project=project, model=model)
    assert [m.name for m in models_offered_in(alice, project)] == ["Bay", "Other"]
    change_model(user=alice, model=model, archived=True)
    assert [m.name for m in models_offered_in(alice, project)] == ["Other"]
    with pytest.raises(PermissionDenied):
        release_model(user=bob, project=project)
    release_model(user=alice, project=project)
    assert not ProjectModel.objects.exists()
    theirs = create_project(title="Dan's own", owner=dan)
    with pytest.raises(Http404):
        adopt_model(user=dan, project=theirs, model=model)


def test_unready_and_archived_models_are_nobodys_own(model, project, alice):
    with pytest.raises(ValidationError, match="not ready"):
        adopt_model(user=alice, project=project, model=make_model(project, "running"))
    change_model(user=alice, model=model, archived=True)
    with pytest.raises(ValidationError, match="archived"):
        adopt_model(user=alice, project=project, model=model)


def test_the_registry_is_searched(model, project, taxa, alice, dan):
    other = make_ready(project, *taxa[:2], name="Deep nets")
    Model.objects.filter(pk=other.pk).update(method="measure", notes="for WP2")
    assert [m.name for m in registry(alice, "wp2 DEEP")] == ["Deep nets"]
    assert [m.name for m in registry(alice, method="network")] == ["Bay"]
    assert not registry(alice, archived=True)
    assert not registry(dan)
    (result,) = registry(alice, "bay")
    assert result.figures["macro_f1"] == 0.9586
    assert "precision_recall" not in result.figures


# --- Out and in -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_model_goes_out_and_comes_in_under_this_sites_numbers(model, project, taxa, alice, client):
    tiny_model(model_folder(model))
    change_model(user=alice, model=model, notes="For WP2 nets.")
    Model.objects.filter(pk=model.pk).update(classes=taxa)
    job = run(start_export(user=alice, model=model), export_model)
    assert job.state == "done", job.message
    client.force_login(alice)
    content = client.get(job.result["url"]).getvalue()
    package = Path(settings.UPLOADS_FOLDER) / "in.zip"
    package.parent.mkdir(parents=True, exist_ok=True)
    package.write_bytes(content)
    job = run(start_import(user=alice, projects=[project], path=package, name="bay.zip"), import_model)
    assert job.state == "done", (job.message, job.errors)
    imported = Model.objects.get(pk=job.result["model"])
    assert (imported.name, imported.notes, imported.learning_set) == ("Bay", "For WP2 nets.", None)
    assert imported.classes == taxa
    assert imported.is_ready and list(imported.projects.all()) == [project]
    config = json.loads((model_folder(imported) / "config.json").read_text())
    assert config["classes"] == [str(taxon) for taxon in taxa]
    assert {row["taxon"] for row in imported.metrics["per_taxon"]} == set(config["classes"])
    assert "thresholds" in imported.metrics
    assert "samples" not in imported.metrics, "what the page could not read is left out"
    assert not package.exists()
    assert not list(settings.MODELS_FOLDER.glob(".import*"))
    page = client.get(f"/models/{imported.pk}/parts/made/").content.decode()
    assert "brought in as a folder" in page


@pytest.mark.django_db(transaction=True)
def test_a_model_that_was_trained_elsewhere_brings_its_settings(project, taxa, alice, tmp_path):
    folder = tiny_model(tmp_path / "tiny", settings={"backbone": "resnet18", "seed": 3, "head": "linear"})
    job = run(start_import(user=alice, projects=[project], path=folder, name="tiny"), import_model)
    assert job.state == "done", (job.message, job.errors)
    imported = Model.objects.get(pk=job.result["model"])
    assert imported.settings == {"backbone": "resnet18", "seed": 3, "image_size": 32}


@pytest.mark.django_db(transaction=True)
def test_unknown_taxa_are_named_and_nothing_is_kept(project, alice, tmp_path):
    packed = tmp_path / "bay.zip"
    model_folders.pack(tiny_model(tmp_path / "tiny"), packed, {"name": "Bay"})
    job = run(start_import(user=alice, projects=[project], path=packed, name="bay.zip"), import_model)
    assert job.state == "failed"
    assert job.message.startswith("The site does not know Noctiluca, Chaetognatha, Oithona|similis.")
    assert not Model.objects.exists()
    assert packed.exists(), "what lies elsewhere is the person's own"


@pytest.mark.django_db(transaction=True)
def test_what_is_no_model_fails_with_the_reason(project, alice):
    path = Path(settings.UPLOADS_FOLDER) / "bad.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("weights.pt", b"x")
    job = run(start_import(user=alice, projects=[project], path=path, name="bad.zip"), import_model)
    assert job.state == "failed"
    assert "can run code" in job.message
    assert job.errors[0]["file"] == "bad.zip"
    assert not path.exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_died_at_the_end_makes_one_model(project, taxa, alice, tmp_path):
    packed = tmp_path / "bay.zip"
    model_folders.pack(tiny_model(tmp_path / "tiny"), packed, {"name": "Bay"})
    job = run(start_import(user=alice, projects=[project], path=packed, name="bay.zip"), import_model)
    Job.objects.filter(pk=job.pk).update(state="queued", result={})
    again = run(Job.objects.get(pk=job.pk), import_model)
    assert again.result["model"] == Model.objects.get().pk


@pytest.mark.django_db(transaction=True)
def test_an_export_that_is_not_to_be_had_says_why(model, alice, monkeypatch):
    job = run(start_export(user=alice, model=model), export_model)
    assert "No such file" not in job.message
    assert job.state == "failed" and "This is no model" in job.message

    def refuse(*_: object) -> None:
        raise ClassifierError("A model by measurements is not offered as ONNX.")

    monkeypatch.setattr("classifier.inference.onnx.export_onnx", refuse)
    job = run(start_export(user=alice, model=model, format="onnx"), export_model)
    assert job.message == "A model by measurements is not offered as ONNX."


def test_only_a_ready_model_is_exported(project, alice):
    with pytest.raises(ValidationError, match="not ready"):
        start_export(user=alice, model=make_model(project, "running"))


def test_taxa_are_found_by_number_and_name_or_by_name(taxa):
    other = taxa[1]
    result, unknown = taxa_of_classes(
        [
            (str(taxa[0]), "noctiluca"),
            (str(other), "Oithona|similis"),
            ("x", "Chaetognatha"),
            ("77", "Nobody"),
        ]
    )
    assert result == {str(taxa[0]): taxa[0], str(other): taxa[2], "x": taxa[1]}
    assert unknown == ["Nobody"]


def test_homonyms_are_told_apart_by_the_tree_of_the_model(taxa):
    crabella, fishella = (
        ensure_taxa([name := TaxonName("egg", ("living", parent))])[name]
        for parent in ("Crabella", "Fishella")
    )
    lineages = {"1": ("living", "Crabella"), "2": ("living", "Fishella"), "3": ("living", "Shrimpella")}
    result, unknown = taxa_of_classes([("1", "egg"), ("2", "egg"), ("3", "egg"), ("4", "egg")], lineages)
    assert result == {"1": crabella, "2": fishella}
    assert unknown == ["egg (below Shrimpella)", "egg"], "nobody guesses"


def test_a_taxon_that_was_merged_is_what_it_became(taxa):
    Taxon.objects.filter(pk=taxa[0]).update(status="D", replaced_by=taxa[1])
    assert taxa_of_classes([("5", "Noctiluca")])[0] == {"5": taxa[1]}
    Taxon.objects.filter(pk=taxa[1]).update(status="D", replaced_by=taxa[2])
    assert taxa_of_classes([("5", "Noctiluca")])[0] == {"5": taxa[2]}, "to the end of the chain"


# --- Pages and API ----------------------------------------------------------------------------------------------------


def test_the_project_that_a_model_learnt_from_is_the_first_to_make_it_its_own(client, model, project, alice):
    create_project(title="Aardvark Bay", owner=alice)  # comes before, by its name
    client.force_login(alice)
    html = client.get(f"/models/{model.pk}/").content.decode()
    assert re.search(rf'<option value="{project.pk}"\s+selected', html)
    assert len(re.findall(r"<option[^>]*\sselected", html)) == 1


def test_forms_of_the_page(client, model, project, alice):
    client.force_login(alice)
    page = f"/models/{model.pk}/"
    client.post(page + "change/", {"name": "Bay 2", "notes": "Nets."})
    client.post(page + "change/", {"wanted_precision": "0.9"})
    client.post(page + "own/", {"project": project.pk})
    html = client.get(page).content.decode() + client.get(page + "parts/doubt/").content.decode()
    for words in ("Bay 2", "Nets.", "A precision of 90 % is asked", "Villefranche 2026’s own model"):
        assert words in html, words
    client.post(page + "own/", {"project": project.pk, "release": 1})
    answer = client.post(page + "change/", {"name": ""}, follow=True).content.decode()
    assert "needs a name" in answer
    answer = client.post(page + "own/", {"project": "x"}, follow=True).content.decode()
    assert "Choose a project first." in answer
    client.post(page + "change/", {"archived": "1"})
    assert "Archived" in client.get(page).content.decode()
    assert "Bay 2" not in client.get("/models/").content.decode()
    assert "Bay 2" in client.get("/models/?archived=1").content.decode()
    answer = client.post(page + "export/", {"format": "onnx"})
    assert answer.url == f"/jobs/{Job.objects.get(kind='export_model').pk}/"


def test_others_have_no_forms(client, model, vera):
    client.force_login(vera)
    page = client.get(f"/models/{model.pk}/").content.decode()
    assert "<form method" not in page.split("<main")[1]
    assert "Manage" not in page


def test_an_export_is_for_managers_of_all_its_projects(client, model, project, alice, vera, bob):
    job = start_export(user=alice, model=model)
    Job.objects.filter(pk=job.pk).update(state="done")
    settings.EXPORTS_FOLDER.mkdir(parents=True, exist_ok=True)
    (settings.EXPORTS_FOLDER / f"model_{job.pk}.zip").write_bytes(b"weights")
    url = reverse("learning:download", args=[job.pk])
    for user, status in ((alice, 200), (vera, 403), (bob, 403)):
        client.force_login(user)
        assert client.get(url).status_code == status
    set_role(project=project, user=bob, role=Role.MANAGER)
    assert client.get(url).status_code == 200


def test_the_import_form(client, project, alice, vera):
    client.force_login(alice)
    assert "Villefranche 2026" in client.get("/models/import/").content.decode()
    upload = SimpleUploadedFile("bay.zip", b"zip")
    assert client.post("/models/import/", {"project": project.pk}).status_code == 400
    assert "at least one project" in client.post("/models/import/", {"folder": upload}).content.decode()
    upload = SimpleUploadedFile("bay.zip", b"zip")
    answer = client.post("/models/import/", {"project": project.pk, "folder": upload})
    job = Job.objects.get(kind="import_model")
    assert answer.url == f"/jobs/{job.pk}/"
    assert (job.params["projects"], job.params["name"]) == ([project.pk], "bay.zip")
    client.force_login(vera)
    assert client.get("/models/import/").status_code == 403


def test_by_the_api(client, model, project, alice, vera, dan):
    client.force_login(alice)
    url = f"/api/v1/models/{model.pk}/"
    changed = client.patch(url, {"notes": "Nets.", "wanted_precision": 0.8}, content_type="application/json")
    assert (changed.json()["notes"], changed.json()["wanted_precision"]) == ("Nets.", 0.8)
    assert client.patch(url, {"archived": True}, content_type="application/json").json()["archived"]
    assert client.get("/api/v1/models/").json() == []
    (listed,) = client.get("/api/v1/models/?archived=true").json()
    assert listed["metrics"]["macro_f1"] == 0.9586
    assert "per_taxon" not in listed["metrics"]
    client.patch(url, {"archived": False}, content_type="application/json")
    own = f"/api/v1/projects/{project.pk}/model/"
    assert client.put(own, {"model": model.pk}, content_type="application/json").json() == {"model": model.pk}
    assert client.get(own).json() == {"model": model.pk}
    assert client.delete(own).status_code == 204
    assert client.get(own).json() == {"model": None}
    job = client.post(url + "export/", {"format": "onnx"}, content_type="application/json")
    assert (job.status_code, job.json()["kind"]) == (202, "export_model")
    bad = client.post(url + "export/", {"format": "pickle"}, content_type="application/json")
    assert bad.status_code == 400
    upload = io.BytesIO(b"zip")
    upload.name = "bay.zip"
    job = client.post("/api/v1/models/imports/", {"folder": upload, "projects": [project.pk]})
    assert (job.status_code, job.json()["kind"]) == (202, "import_model")
    client.force_login(vera)
    assert client.patch(url, {"name": "V"}, content_type="application/json").status_code == 403
    assert client.post(url + "export/", {}, content_type="application/json").status_code == 403
    upload = io.BytesIO(b"zip")
    assert (
        client.post("/api/v1/models/imports/", {"folder": upload, "projects": [project.pk]}).status_code
        == 403
    )
    client.force_login(dan)
    assert client.patch(url, {"name": "D"}, content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    ("button", "sent", "why"),
    [
        ("change", {"name": " "}, "A model needs a name"),
        ("change", {"wanted_precision": "much"}, "A precision is a number: choose one of the list."),
        ("own", {}, "Choose a project first."),
        ("export", {"format": "pickle"}, "There is no format “pickle”: choose model folder or ONNX."),
    ],
)
def test_a_button_of_the_page_that_is_refused_says_why_there(client, model, alice, button, sent, why):
    client.force_login(alice)
    answer = client.post(f"/models/{model.pk}/{button}/", sent, follow=True)
    assert answer.redirect_chain == [(f"/models/{model.pk}/", 302)]
    assert why in answer.content.decode()


def test_a_small_form_changes_only_what_it_has(client, model, alice):
    client.force_login(alice)
    change_model(user=alice, model=model, notes="Nets only.", wanted_precision=0.95)
    client.post(f"/models/{model.pk}/change/", {"archived": "1"})
    model.refresh_from_db()
    assert model.archived and (model.notes, model.wanted_precision) == ("Nets only.", 0.95)
    client.post(f"/models/{model.pk}/change/", {"wanted_precision": ""})
    client.post(f"/models/{model.pk}/change/", {"archived": "0"})
    model.refresh_from_db()
    assert (model.archived, model.wanted_precision) == (None, None)


@pytest.mark.parametrize("query", ["?method=oracle", "?method=network&archived=1&q=x"])
def test_an_unknown_method_in_the_address_is_said(client, model, alice, query):
    client.force_login(alice)
    answer = client.get(f"/models/{query}")
    assert (answer.status_code == 400) == ("oracle" in query)
    if "oracle" in query:
        assert "There is no method “oracle”: choose one of the list." in answer.content.decode()


def test_a_model_is_gone_to_by_its_name_but_not_by_strangers(client, lake, alice, dan):
    model = make_ready(lake.project, lake.disc, lake.bar)

    def destinations_of(person) -> list[tuple[str, str]]:
        client.force_login(person)
        groups = {group["name"]: group["destinations"] for group in client.get("/api/v1/go-to/?q=bay").json()}
        return [(one["name"], one["url"]) for one in groups.get("Models", [])]

    assert destinations_of(alice) == [("Bay", f"/models/{model.pk}/")]
    assert destinations_of(dan) == []
    Model.objects.update(archived=model.created)
    assert destinations_of(alice) == []
