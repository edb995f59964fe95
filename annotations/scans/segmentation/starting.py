"""Starting runs: a recipe on scans, and what waits for a person before it replaces objects of an earlier run."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SavedRecipe, SegmentationRun
from annotations.scans.segmentation.recipes import require_manager, require_pixel_sizes
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import segmenters_to_apply

KIND = "segment"
MOST_SCANS = 10_000  # of one job: all frames of a video
NETWORKS = "gpu"  # the queue of those who have one


@transaction.atomic
def start_segmentation(
    *,
    user: User,
    project: Project,
    scans: Sequence[Scan],
    recipe: SavedRecipe,
    segmenter: Segmenter | None = None,
    replace: bool = False,
) -> Job:
    """Starts the job that looks for objects on the scans, by the recipe's threshold or by a segmenter.

    Where one has objects of an earlier run, its run waits before it changes anything, unless `replace` says that they
    may go.

    Raises PermissionDenied unless a manager asks, ValidationError, and JobUnderWay while scans of the project are being
    segmented.
    """
    require_manager(user, project)
    if segmenter and not segmenters_to_apply(user).filter(pk=segmenter.pk).exists():
        raise ValidationError({"segmenter": "Choose a segmenter that is ready, of a project of yours."})
    runs = new_runs(project=project, user=user, scans=scans, recipe=recipe, segmenter=segmenter)
    return _start(user, project, runs, replace)


def new_runs(
    *,
    project: Project,
    user: User | None,
    scans: Sequence[Scan],
    recipe: SavedRecipe,
    segmenter: Segmenter | None = None,
) -> list[SegmentationRun]:
    """A run of each scan, in the place of what was never applied. Asks nobody's rights. Raises ValidationError."""
    if not 0 < len(scans) <= MOST_SCANS:
        raise ValidationError({"scan": f"Choose 1 to {MOST_SCANS:,} scans."})
    require_pixel_sizes(recipe.settings, scans)
    earlier = SegmentationRun.objects.filter(project=project, scan__in=scans, applied=None)
    earlier.filter(plan=None).delete()
    earlier.update(applied=timezone.now())  # cancelled half-way: what it made counts as an earlier run's
    about = {"project": project, "owner": user, "recipe": recipe, "segmenter": segmenter}
    figures = _figures_of(segmenter) if segmenter else {}
    return SegmentationRun.objects.bulk_create(
        SegmentationRun(scan=scan, figures=figures, **about) for scan in scans
    )


def _figures_of(segmenter: Segmenter) -> dict[str, Any]:
    """What a run has to know of it still when it is gone."""
    return {"segmenter": segmenter.name, "has_outlines": KINDS[segmenter.kind].has_outlines}


@transaction.atomic
def apply_run(*, user: User, run: SegmentationRun) -> Job:
    """Starts making objects of what a run has found; untouched ones of earlier runs go into the bin. A run that was
    cancelled goes on where it stopped. Raises as `start_segmentation` does.
    """
    require_manager(user, run.project)
    if run.applied:
        raise ValidationError("This segmentation has been applied already.")
    return _start(user, run.project, [run], replace=True)


def _start(user: User, project: Project, runs: Sequence[SegmentationRun], replace: bool) -> Job:
    ids = [run.pk for run in runs]
    params, queue = {"runs": ids, "replace": replace}, NETWORKS if any(run.segmenter for run in runs) else ""
    job = start_job(kind=KIND, owner=user, project=project, params=params, queue=queue)
    SegmentationRun.objects.filter(pk__in=ids).update(job=job)
    return job


def segment_again(user: User, job: Job) -> Job:
    """What a job that did not come to its end has left. Raises as `apply_run` does, and ValidationError."""
    assert job.project is not None
    require_manager(user, job.project)
    runs = list(SegmentationRun.objects.filter(pk__in=job.params["runs"], applied=None))
    if not runs:
        raise ValidationError("Nothing is left of it to be done.")
    return _start(user, job.project, runs, job.params["replace"])
