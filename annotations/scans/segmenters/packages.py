"""Segmenters that leave the site, and those that come in: who may, and what a card says of one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager
from annotations.learning.backbones.packages import checked_words
from annotations.projects.models import Project
from annotations.scans.segmenters.accuracy import sentence_of
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import open_segmenter
from annotations.scans.segmenters.starting import class_of, name_of_class
from annotations.taxonomy.models import Taxon, TaxonStatus
from classifier.contract.settings import SettingError

EXPORT, IMPORT = "export_segmenter", "import_segmenter"


def start_segmenter_export(*, user: User, segmenter: Segmenter, licence: str = "", source: str = "") -> Job:
    """Starts writing the segmenter as a zip that `segment --model` and other sites take.

    `licence` and `source` are for its card. Raises PermissionDenied unless a manager asks, and ValidationError.
    """
    require_manager(user, segmenter.project)
    if not segmenter.is_ready:
        raise ValidationError(f"{segmenter.name} is not ready: wait until its training is done.")
    params = {"segmenter": segmenter.pk, **checked_words(licence=licence, source=source)}
    return start_job(kind=EXPORT, owner=user, project=segmenter.project, params=params)


def export_again(user: User, job: Job) -> Job:
    """Raises PermissionDenied, Http404, ValidationError."""
    words = {name: job.params.get(name, "") for name in ("licence", "source")}
    return start_segmenter_export(user=user, segmenter=open_segmenter(user, job.params["segmenter"]), **words)


def start_segmenter_import(*, user: User, project: Project, path: Path, name: str) -> Job:
    """Starts bringing in a segmenter that lies at `path`, for the project. Raises PermissionDenied unless a manager
    asks."""
    require_manager(user, project)
    return start_job(kind=IMPORT, owner=user, project=project, params={"path": str(path), "name": name})


def card_of(segmenter: Segmenter, licence: str, source: str) -> dict[str, str]:
    """No names of projects, scans or people. What a person says goes before what it came with."""
    card = segmenter.card
    return {
        "name": _name_without_project(segmenter),
        "licence": licence or card.get("licence", ""),
        "source": source or card.get("source", ""),
        "trained_on": card.get("trained_on") or _trained_on(segmenter),
    }


def _name_without_project(segmenter: Segmenter) -> str:
    """It is called after its project where nobody has named it."""
    if segmenter.project.title.casefold() in segmenter.name.casefold():
        return f"{KINDS[segmenter.kind].title} for scans"
    return segmenter.name


def _trained_on(segmenter: Segmenter) -> str:
    organisms, scans = segmenter.metrics.get("organisms", 0), len(segmenter.learnt_from)
    return f"{organisms:,} organisms on {scans:,} scan{'' if scans == 1 else 's'}. {sentence_of(segmenter)}"


def taxa_of(classes: Sequence[str]) -> dict[str, int]:
    """Which of the classes are taxa of this site, by the name that is shown: each is one taxon's alone. What is of no
    taxon, as `other organisms`, is none, also where a taxon is called so."""
    taxa = Taxon.objects.filter(display_name__in=map(name_of_class, classes), status=TaxonStatus.ACTIVE)
    by_class = {class_of(name): number for name, number in taxa.values_list("display_name", "pk")}
    return {name: by_class[name] for name in classes if name in by_class}


def settings_of(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Those that the site knows, as far as they are what a form could have sent."""
    settings = config.get("settings")
    values = settings if isinstance(settings, dict) else {}
    return {name: values[name] for name in KINDS[kind].settings if _is_right(kind, name, values.get(name))}


def _is_right(kind: str, name: str, value: Any) -> bool:
    try:
        KINDS[kind].settings[name].check(value)
    except SettingError:
        return False
    return value is not None
