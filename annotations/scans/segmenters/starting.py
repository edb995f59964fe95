"""Starting the training of a segmenter on scans of a project."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager
from annotations.learning.backbones.changing import MOST_LETTERS
from annotations.projects.models import Project
from annotations.scans.models import Scan
from annotations.scans.queries import scans_of
from annotations.scans.segmentation.models import SavedRecipe
from annotations.scans.segmenters.declaring import SegmenterKind
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import ObjectCounts, objects_on, open_segmenter, taxa_on
from annotations.scans.segmenters.unet import UNET
from classifier.contract.settings import SettingError, check_offered
from classifier.contract.unet import BACKGROUND, OF_NOTHING, ORGANISM

JOB_KIND = "train_segmenter"
MOST_SCANS = 1000
OTHER = "other organisms"  # the class of what is of none of the taxa
OF_TAXON = " (taxon)"
RESERVED = {OTHER, ORGANISM, *BACKGROUND, *OF_NOTHING}
MOST_TAXA = 249  # a byte a pixel, with the background, all other organisms and what is unlabelled


@transaction.atomic
def start_training(*, user: User, project: Project, **chosen: Any) -> Job:
    """Makes a segmenter, of what `new_segmenter` takes, and starts the job that trains it.

    Raises PermissionDenied unless a manager asks, and ValidationError.
    """
    require_manager(user, project)
    segmenter = new_segmenter(user=user, project=project, **chosen)
    return _start(user, segmenter)


def new_segmenter(
    *,
    user: User | None,
    project: Project,
    scans: Sequence[Scan],
    held_out: Scan | None = None,
    kind: str = UNET.name,
    least_per_taxon: int | None = None,
    recipe: SavedRecipe | None = None,
    name: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Segmenter:
    """A segmenter that is still to be trained. Asks nobody's rights. Raises ValidationError.

    It is measured on the scan that is held out; where none is named that is the last of several. With
    `least_per_taxon` taxa of as many validated objects are classes of their own. It is compared with the recipe's
    threshold on the same scan, where it finds outlines as that does.
    """
    scans = list(dict.fromkeys([*scans, *([held_out] if held_out else [])]))
    if held_out is None and len(scans) > 1:
        held_out = scans[-1]
    declared = _checked_kind(kind)
    _check_recipe(project, declared, recipe)
    counts = _checked_scans(project, declared, scans, held_out)
    checked = _checked_settings(declared, settings or {})
    learnt_from = [scan for scan in scans if scan != held_out]
    return Segmenter.objects.create(
        name=name.replace("\0", "").strip()[:MOST_LETTERS] or _name(project, kind),
        project=project,
        kind=kind,
        owner=user,
        recipe=recipe,
        settings=checked,
        scans=[_as_line(scan, counts[scan.pk], held_out) for scan in scans],
        taxa=_taxa(project, declared, learnt_from, least_per_taxon),
    )


@transaction.atomic
def train_again(user: User, job: Job) -> Job:
    """A segmenter that came to nothing is trained itself; beside one that is ready another one is made.

    Raises PermissionDenied, Http404, ValidationError.
    """
    segmenter = open_segmenter(user, job.params["segmenter"])
    require_manager(user, segmenter.project)
    if not segmenter.is_ready:
        if segmenter.job_id != job.pk:
            raise ValidationError(f"{segmenter.name} has been started again since: look at its page.")
        return _start(user, segmenter)
    copied = {
        name: getattr(segmenter, name) for name in ("name", "project", "kind", "settings", "taxa", "recipe")
    }
    return _start(user, Segmenter.objects.create(owner=user, scans=_scans_now(segmenter), **copied))


def _scans_now(segmenter: Segmenter) -> list[dict[str, Any]]:
    """What lies by now on the scans that it learnt from. Raises ValidationError where one is gone, or empty."""
    there = scans_of(segmenter.project).filter(pk__in=[line["scan"] for line in segmenter.scans])
    by_number = {scan.pk: scan for scan in there}
    for line in segmenter.scans:
        if line["scan"] not in by_number:
            raise ValidationError(
                f"{line['file_name']} is not in the project any more: choose the scans again."
            )
    held_out = next((by_number[line["scan"]] for line in segmenter.held_out), None)
    scans = [by_number[line["scan"]] for line in segmenter.scans]
    counts = _checked_scans(segmenter.project, KINDS[segmenter.kind], scans, held_out)
    return [_as_line(scan, counts[scan.pk], held_out) for scan in scans]


def _start(user: User, segmenter: Segmenter) -> Job:
    params = {"segmenter": segmenter.pk}
    segmenter.job = start_job(kind=JOB_KIND, owner=user, project=segmenter.project, params=params)
    segmenter.save(update_fields=["job"])
    return segmenter.job


def _name(project: Project, kind: str) -> str:
    return f"{KINDS[kind].title} of {project.title}"[:MOST_LETTERS]


def _checked_scans(
    project: Project, kind: SegmenterKind, scans: Sequence[Scan], held_out: Scan | None
) -> Mapping[int, ObjectCounts]:
    """How many objects lie on each. Raises ValidationError."""
    if not scans or list(scans) == [held_out]:
        raise ValidationError({"scan": "Choose at least one scan to learn from."})
    if len(scans) > MOST_SCANS:
        raise ValidationError({"scan": f"Choose {MOST_SCANS:,} scans at most."})
    ids = [scan.pk for scan in scans]
    if scans_of(project).filter(pk__in=ids).count() != len(ids):
        raise ValidationError({"scan": "Choose scans of this project."})
    counts = objects_on(project, kind, scans)
    for scan in scans:
        if scan.pk not in counts:
            what = "Nothing is outlined" if kind.has_outlines else "No object lies"
            raise ValidationError({"scan": f"{what} on {scan.parent.file_name}: leave it out."})
    return counts


def _checked_kind(kind: str) -> SegmenterKind:
    if kind not in KINDS:
        raise ValidationError(
            {"kind": f"There is no segmenter of the kind “{kind}”. There are {', '.join(KINDS)}."}
        )
    return KINDS[kind]


def _check_recipe(project: Project, kind: SegmenterKind, recipe: SavedRecipe | None) -> None:
    if recipe and not kind.has_outlines:
        raise ValidationError(
            {"recipe": f"A recipe finds outlines, a {kind.title.lower()} boxes: leave it out."}
        )
    if recipe and recipe.project_id != project.pk:
        raise ValidationError({"recipe": "Choose a recipe of this project."})


def _checked_settings(kind: SegmenterKind, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return check_offered(kind.settings, values)
    except SettingError as error:
        raise ValidationError(str(error)) from error


def _as_line(scan: Scan, counts: ObjectCounts, held_out: Scan | None) -> dict[str, Any]:
    return {
        "scan": scan.pk,
        "file_name": scan.parent.file_name,
        **counts._asdict(),
        "held_out": scan == held_out,
    }


def _taxa(project: Project, kind: SegmenterKind, scans: Sequence[Scan], least: int | None) -> dict[str, int]:
    """Classes by their names. Raises ValidationError where no taxon has enough objects."""
    if least is None:
        return {}
    taxa = taxa_on(project, kind, scans, max(least, 1))
    if not taxa:
        raise ValidationError(
            {"least_per_taxon": f"No taxon has {least:,} validated objects on these scans. Choose fewer."}
        )
    if len(taxa) > MOST_TAXA:
        raise ValidationError(
            {
                "least_per_taxon": f"{len(taxa):,} taxa are too many, {MOST_TAXA} the most. Ask for more of each."
            }
        )
    return {class_of(taxon.display_name): taxon.pk for taxon in taxa}


def class_of(name: str) -> str:
    """Of a taxon. One that is called as what is no taxon, as `other organisms`, would be one class with that."""
    return f"{name}{OF_TAXON}" if name.lower() in RESERVED else name


def name_of_class(name: str) -> str:
    """Of the taxon, if it is one."""
    return name.removesuffix(OF_TAXON)
