"""Correcting how large a pixel of an acquisition is: bars and captions follow at once, what was computed by a job."""

import math
from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.actions import set_pixel_sizes
from annotations.samples.models import Acquisition

LARGEST = 10_000.0  # µm: a pixel of a centimetre
# takes the acquisitions with the sizes that they had, and the size that they have now
SizeFollower = Callable[[Mapping[Acquisition, float | None], float | None], None]
_followers: list[SizeFollower] = []


def follow_pixel_sizes(follower: SizeFollower) -> None:
    """What says the size besides is brought up to date by the app that knows it, in the same transaction; it says so in
    its `ready`."""
    _followers.append(follower)


@transaction.atomic
def set_pixel_size(
    *,
    project: Project,
    user: User,
    acquisitions: Sequence[int],
    micrometres: float | None,
    is_of_package: bool = False,
) -> Job | None:
    """Says how many µm a pixel of these acquisitions is, or that nobody knows (None). Columns that said the former size
    follow, but those of a package, which says them itself.

    Returns the job that brings measures in mm and traits that are taken from marks up to date; None where nothing
    changed. Raises ValidationError for a size that can't be, and for acquisitions of other projects.
    """
    _refuse_impossible(micrometres)
    rows = list(
        Acquisition.objects.select_for_update()
        .filter(sample__project=project, pk__in=acquisitions)
        .order_by("pk")
    )
    if not rows or len(rows) < len(set(acquisitions)):
        raise ValidationError("Choose acquisitions of this project.")
    sources = {row: _source(user, row) for row in rows if row.pixel_um != micrometres}
    before = {row: row.pixel_um for row in sources}
    set_pixel_sizes(sizes=sources, micrometres=micrometres)
    if not sources:
        return None
    for follow in () if is_of_package else _followers:
        follow(before, micrometres)
    params = {"acquisitions": [row.pk for row in sources]}
    return start_job(kind="rescale", owner=user, project=project, params=params)


def _source(user: User, acquisition: Acquisition) -> str:
    before = "unknown" if acquisition.pixel_um is None else f"{acquisition.pixel_um:g} µm"
    return f"{user.display_name}, {timezone.now():%Y-%m-%d %H:%M} UTC; before: {before}"


def read_micrometres(text: str) -> float | None:
    """`10.6` or `10,6`; empty for a size that nobody knows. Raises ValidationError."""
    if not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise ValidationError(f"{text!r} is no number: write micrometres, as 10.6.") from None


def _refuse_impossible(micrometres: float | None) -> None:
    if micrometres is not None and not (math.isfinite(micrometres) and 0 < micrometres <= LARGEST):
        raise ValidationError(
            f"A pixel is more than 0 and at most {LARGEST:,.0f} µm: {micrometres:g} was given."
        )
