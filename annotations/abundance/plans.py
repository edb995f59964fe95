"""Validation plans: objects drawn by chance, which speak for the others of their samples once they are validated."""

import secrets

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.abundance.frames import WAS_SETTLED, FrameState, frames_of
from annotations.abundance.models import SamplingFrame, ValidationPlan
from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.samples.models import Sample

# a frame of whose objects so many were settled otherwise since says less than a new one of the rest
WORN = 0.25
MOST_SAMPLES, MOST_AT_ONCE = (
    1000,
    20_000,
)  # objects of all samples together: a draw is made while somebody waits
MEMBERS = """
SELECT count(*) FILTER (WHERE state NOT IN ('V', 'D')), COALESCE(max(id), 0) FROM samples_object WHERE sample_id = %s
"""
DRAW = f"""
INSERT INTO abundance_drawnobject (plan_id, frame_id, object_id, place)
SELECT %s, f.id, o.id,
    (SELECT COALESCE(max(d.place), 0) FROM abundance_drawnobject d WHERE d.frame_id = f.id)
    + row_number() OVER (ORDER BY hashint8extended(o.id, f.seed), o.id)
FROM abundance_samplingframe f JOIN samples_object o ON o.sample_id = f.sample_id
WHERE f.id = %s AND NOT {WAS_SETTLED}
AND NOT EXISTS (SELECT FROM abundance_drawnobject d WHERE d.frame_id = f.id AND d.object_id = o.id)
ORDER BY hashint8extended(o.id, f.seed), o.id LIMIT %s
"""


@transaction.atomic
def draw_plan(*, user: User, project: Project, samples: list[int], objects: int) -> ValidationPlan:
    """Draws up to so many objects of each of the samples, in addition to those that earlier plans drew of them.

    Raises ValidationError for too many, and for samples that are not of the project or have nothing to draw.
    """
    _refuse_too_many(len(set(samples)), objects)
    rows = Sample.objects.filter(project=project, pk__in=samples)
    locked = list(rows.select_for_update().order_by("pk"))  # two that draw at once draw one after the other
    if not locked or len(locked) != len(set(samples)):
        raise ValidationError("Choose samples of this project: some of these it does not have.")
    plan = ValidationPlan.objects.create(project=project, owner=user)
    standing = {frame.sample: frame for frame in frames_of(project.pk, [sample.pk for sample in locked])}
    for sample in locked:
        _draw(plan, _frame(sample, standing.get(sample.pk)), objects)
    if not plan.drawn.exists():
        raise ValidationError(
            "All objects of these samples are settled, or drawn already: settle those first."
        )
    return plan


def _refuse_too_many(samples: int, objects: int) -> None:
    if samples > MOST_SAMPLES:
        raise ValidationError(
            f"These are {samples:,} samples: choose at most {MOST_SAMPLES:,} samples at once."
        )
    if samples * objects > MOST_AT_ONCE:
        raise ValidationError(
            f"{objects:,} objects of {samples:,} samples are too many: one plan draws at most {MOST_AT_ONCE:,} "
            "objects. Choose fewer samples, or fewer objects of each."
        )


def _frame(sample: Sample, last: FrameState | None) -> int:
    """The number of the frame to draw from: the last one where it still serves, else a new one."""
    if last and last.stands and last.settled - last.speaking <= WORN * last.size:
        return last.id
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [sample.pk])
        size, last_object = cursor.fetchone()
    return SamplingFrame.objects.create(
        sample=sample, created=timezone.now(), size=size, last_object=last_object, seed=secrets.randbits(62)
    ).pk


def _draw(plan: ValidationPlan, frame: int, objects: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [plan.pk, frame, objects])
