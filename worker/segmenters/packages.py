"""Segmenters that leave the site, and those that come in: weights, what they are built as, and a card."""

import shutil
from pathlib import Path

from django.urls import reverse

from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning.files import keep_as_copy, store_model
from annotations.scans import jobs
from annotations.scans.segmenters.files import SEGMENTERS, files_of_segmenter, segmenter_folder
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.packages import card_of, settings_of, taxa_of
from classifier.contract.errors import ClassifierError
from classifier.inference.scan_network_package import (
    foreign_scan_figures,
    foreign_scan_network,
    pack_scan_network,
)
from worker.learning.packages import staged, write_package
from worker.learning.run import remove_all_but
from worker.segmenters.kinds import LEARNERS


@jobs.export_segmenter.work
def export_segmenter(job: Job, progress: Progress) -> dict:
    """The work of an export job: the file lies at `path_of(job)`, and is whole or not there."""
    segmenter = Segmenter.objects.select_related("project").get(pk=job.params["segmenter"])
    card = card_of(segmenter, job.params.get("licence", ""), job.params.get("source", ""))
    written = write_package(job, progress, segmenter.name, lambda draft: _write(segmenter, draft, card))
    return written | {"segmenter": segmenter.pk, "url": reverse("segmenters:download", args=[job.pk])}


def _write(segmenter: Segmenter, draft: Path, card: dict[str, str]) -> None:
    try:
        with files_of_segmenter(segmenter) as folder:
            readme = None if segmenter.is_foreign else LEARNERS[segmenter.kind].readme
            pack_scan_network(folder, draft, card, readme)
    except ClassifierError as error:
        raise JobError(str(error)) from error
    except FileNotFoundError as error:
        raise JobError(f"The folder of {segmenter.name} is gone from the server: train it again.") from error


@jobs.import_segmenter.work
def import_segmenter(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError that says what is wrong, before anything is changed."""
    segmenter = Segmenter.objects.filter(
        job=job
    ).first()  # of a worker that died when all but the end was done
    if segmenter is None:
        with staged(job, progress) as staging:
            segmenter = _bring_in(job, progress, staging)
    classes = ", ".join(segmenter.taxa) or "organisms"
    return {
        "segmenter": segmenter.pk,
        "message": f"{segmenter.name} brought in: a {KINDS[segmenter.kind].title} that finds {classes}.",
    }


def _bring_in(job: Job, progress: Progress, staging: Path) -> Segmenter:
    loaders = {name: learner.load for name, learner in LEARNERS.items()}
    progress.update(1, 2, "Trying the segmenter out")
    kind, config, card = foreign_scan_network(staging, loaders)
    if progress.should_stop():
        raise JobCancelled
    progress.update(2, 2, "Keeping the segmenter")
    figures = foreign_scan_figures(staging)
    remove_all_but(staging, LEARNERS[kind].files)  # its card is in the row from now on
    artefact = store_model(staging, SEGMENTERS)
    with progress.fenced():
        segmenter = _saved(job, kind, config, card, figures, artefact)
        progress.checkpoint(segmenter=segmenter.pk)
        place = segmenter_folder(segmenter)
        shutil.rmtree(place, ignore_errors=True)  # another database may have left one of this number
        staging.rename(place)
    keep_as_copy(artefact, place)
    return segmenter


def _saved(
    job: Job, kind: str, config: dict, card: dict[str, str], figures: dict, artefact: str
) -> Segmenter:
    assert job.project is not None
    return Segmenter.objects.create(
        name=(card["name"].strip() or Path(job.params["name"]).stem)[:200],
        project=job.project,
        kind=kind,
        owner=job.owner,
        job=job,
        settings=settings_of(kind, config),
        taxa=taxa_of(config["classes"]),
        metrics=figures,
        card={name: card[name] for name in ("licence", "source", "trained_on")},
        is_foreign=True,
        is_ready=True,
        artefact=artefact,
    )
