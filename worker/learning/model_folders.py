"""Models that leave the site, as a folder or as ONNX, and models that come in as a folder."""

import shutil
from pathlib import Path

from django.urls import reverse

from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.files import files_of_model, keep_as_copy, model_folder, store_model
from annotations.learning.foreign_metrics import readable
from annotations.learning.models import Model
from annotations.learning.registry import taxa_of_classes
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of
from classifier.contract.errors import ClassifierError
from classifier.contract.settings import OFFERED
from classifier.inference.checking import verify
from classifier.inference.folder import pack, try_out
from classifier.inference.formats import upgraded
from classifier.inference.renaming import rename_classes
from classifier.run_folder import RunFolder
from worker.learning.packages import staged, write_package

MOST_NAMED = 20  # unknown taxa that a message names


# --- Out --------------------------------------------------------------------------------------------------------------


@jobs.export_model.work
def export_model(job: Job, progress: Progress) -> dict:
    """The work of an export job: the file lies at `path_of(job)`, and is whole or not there."""
    model = Model.objects.select_related("learning_set").get(pk=job.params["model"])
    about = _about(model) | job.params.get("about", {})
    written = write_package(
        job, progress, about["name"], lambda draft: _write_model(model, job.params["format"], draft, about)
    )
    return written | {"model": model.pk, "url": reverse("learning:download", args=[job.pk])}


def _write_model(model: Model, format: str, out: Path, about: dict) -> None:
    try:
        with files_of_model(model) as folder:
            if format == "onnx":
                from classifier.inference.onnx import export_onnx

                export_onnx(folder, out)
            else:
                pack(folder, out, about)
    except ClassifierError as error:
        raise JobError(str(error)) from error
    except FileNotFoundError as error:
        raise JobError(f"The folder of {model.name} is gone from the server: train it again.") from error


def _about(model: Model) -> dict:
    """What a reader elsewhere should know; no names of projects, samples or people."""
    public_facts = ("objects", "samples", "taxa", "frozen", "code", "least_per_taxon", "traits")
    facts = {name: model.facts[name] for name in public_facts if name in model.facts}
    return {
        "name": model.name,
        "notes": model.notes,
        "created": model.created.isoformat(timespec="seconds"),
        "settings": model.settings,
        "facts": facts,
        "names": {str(pk): name for pk, name in names_of(set(model.classes)).items()},
    }


# --- In ---------------------------------------------------------------------------------------------------------------


@jobs.import_model.work
def import_model(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError that says what is wrong, before anything is changed."""
    model = Model.objects.filter(job=job).first()  # of a worker that died when all but the end was done
    if model is None:
        with staged(job, progress) as staging:
            model = _bring_in(job, progress, staging)
    return {"model": model.pk, "message": f"{model.name} brought in: it knows {len(model.classes)} taxa."}


def _bring_in(job: Job, progress: Progress, staging: Path) -> Model:
    config = verify(staging)
    taxa = _taxa(config)
    progress.update(1, 2, "Trying the model out")
    try_out(staging)
    if progress.should_stop():
        raise JobCancelled
    progress.update(2, 2, "Keeping the model")
    for name in ("held_out.parquet", "split.parquet"):  # objects of another site
        (staging / name).unlink(missing_ok=True)
    rename_classes(staging, {key: str(taxon) for key, taxon in taxa.items()})
    artefact = store_model(staging)
    with progress.fenced():
        classes = [taxa[key] for key in config["classes"]]
        model = _saved_model(job, config, classes, RunFolder(staging), artefact)
        progress.checkpoint(model=model.pk)
        shutil.rmtree(
            model_folder(model), ignore_errors=True
        )  # another database may have left one of this number
        staging.rename(model_folder(model))
    keep_as_copy(artefact, model_folder(model))
    return model


def _taxa(config: dict) -> dict[str, int]:
    """This site's taxon for each class and for those of their ancestors that it knows.

    Raises JobError that names the classes that it does not know.
    """
    tree = config.get("taxa") or {}
    names = (config.get("about") or {}).get("names") or {}
    named = {
        key: names.get(key) or tree.get(key, {}).get("name") or key for key in [*tree, *config["classes"]]
    }
    lineages = {key: _lineage(key, tree, named) for key in named}
    taxa, unknown = taxa_of_classes([(key, named[key]) for key in config["classes"]], lineages)
    if unknown:
        more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
        raise JobError(
            f"The site does not know {', '.join(unknown[:MOST_NAMED])}{more}. An administrator adds taxa on the page "
            "Taxa, or imports them; then import the model again."
        )
    doubled = sorted({named[key] for key in taxa if list(taxa.values()).count(taxa[key]) > 1})
    if doubled:
        raise JobError(f"Several classes of the model are one taxon of this site: {', '.join(doubled)}.")
    above, _ = taxa_of_classes([(key, named[key]) for key in tree if key not in taxa], lineages)
    return above | taxa


def _lineage(key: str, tree: dict, named: dict[str, str]) -> tuple[str, ...]:
    """The names above a class, from the root down, as the model's own tree has them."""
    chain: list[str] = []
    above = tree.get(key, {}).get("parent")
    while above in tree and above not in chain:
        chain.append(above)
        above = tree[above].get("parent")
    return tuple(named[each] for each in reversed(chain))


def _saved_model(job: Job, config: dict, classes: list[int], folder: RunFolder, artefact: str) -> Model:
    about = config.get("about") or {}
    settings = config["settings"] | (about.get("settings") or {})
    settings["image_size"] = config["preprocessing"]["image_size"]
    model = Model.objects.create(
        name=(about.get("name") or Path(job.params["name"]).stem)[:200],
        notes=str(about.get("notes") or "")[:10_000],
        method=config["method"],
        owner=job.owner,
        job=job,
        classes=classes,
        settings={
            name: settings[name]
            for name, setting in OFFERED.items()
            if config["method"] in setting.methods and settings.get(name) is not None
        },
        history=folder.read_history(),
        metrics=readable(
            upgraded(folder.read_json("metrics.json")) if (folder / "metrics.json").exists() else {}
        ),
        is_ready=True,
        artefact=artefact,
    )
    model.projects.set(Project.objects.filter(pk__in=job.params["projects"]))
    return model
