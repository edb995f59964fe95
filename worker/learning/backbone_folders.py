"""Backbones that leave the site, and those that come in: weights, how pictures are scaled for them, and a card."""

import shutil
from pathlib import Path

from django.urls import reverse

from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.backbones.cards import card_of_export, foreign_figures, mark_of, settings_of
from annotations.learning.files import (
    BACKBONES,
    backbone_folder,
    files_of_backbone,
    keep_as_copy,
    store_model,
)
from annotations.learning.models import Backbone
from annotations.projects.models import Project
from classifier.contract.errors import ClassifierError
from classifier.inference.backbone_package import (
    pack_backbone,
    read_card,
    try_out_backbone,
    verify_backbone,
)
from classifier.inference.checking import read_json
from classifier.pretraining.folder import FILES
from worker.learning.packages import staged, write_package
from worker.learning.run import remove_all_but


@jobs.export_backbone.work
def export_backbone(job: Job, progress: Progress) -> dict:
    """The work of an export job: the file lies at `path_of(job)`, and is whole or not there."""
    backbone = Backbone.objects.get(pk=job.params["backbone"])
    card = card_of_export(backbone, job.params.get("licence", ""), job.params.get("source", ""))
    written = write_package(job, progress, backbone.name, lambda draft: _write(backbone, draft, card))
    return written | {"backbone": backbone.pk, "url": reverse("backbones:download", args=[job.pk])}


def _write(backbone: Backbone, draft: Path, card: dict[str, str]) -> None:
    try:
        with files_of_backbone(backbone) as folder:
            pack_backbone(folder, draft, card)
    except ClassifierError as error:
        raise JobError(str(error)) from error
    except FileNotFoundError as error:
        raise JobError(
            f"The folder of {backbone.name} is gone from the server: pretrain it again."
        ) from error


@jobs.import_backbone.work
def import_backbone(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError that says what is wrong, before anything is changed."""
    backbone = Backbone.objects.filter(job=job).first()  # of a worker that died when all but the end was done
    if backbone is None:
        with staged(job, progress) as staging:
            backbone = _bring_in(job, progress, staging)
    return {
        "backbone": backbone.pk,
        "message": f"{backbone.name} brought in: {backbone.network}, for pictures of "
        f"{backbone.settings['image_size']} pixels.",
    }


def _bring_in(job: Job, progress: Progress, staging: Path) -> Backbone:
    config, card = verify_backbone(staging), read_card(staging)
    progress.update(1, 2, "Trying the backbone out")
    try_out_backbone(staging)
    if progress.should_stop():
        raise JobCancelled
    progress.update(2, 2, "Keeping the backbone")
    remove_all_but(staging, FILES)  # its card is in the row from now on
    metrics = read_json(staging, "metrics.json") if (staging / "metrics.json").exists() else {}
    artefact = store_model(staging, BACKBONES)
    with progress.fenced():
        backbone = _saved(job, config, card, metrics, artefact)
        progress.checkpoint(backbone=backbone.pk)
        place = backbone_folder(backbone)
        shutil.rmtree(place, ignore_errors=True)  # another database may have left one of this number
        staging.rename(place)
    keep_as_copy(artefact, place)
    return backbone


def _saved(job: Job, config: dict, card: dict[str, str], metrics: dict, artefact: str) -> Backbone:
    backbone = Backbone.objects.create(
        name=(card["name"].strip() or Path(job.params["name"]).stem)[:200],
        owner=job.owner,
        job=job,
        settings=settings_of(config),
        metrics=foreign_figures(metrics, config),
        card={name: card[name] for name in ("licence", "source", "trained_on")},
        mark=mark_of(card),
        is_foreign=True,
        is_ready=True,
        artefact=artefact,
    )
    backbone.projects.set(Project.objects.filter(pk__in=job.params["projects"]))
    return backbone
