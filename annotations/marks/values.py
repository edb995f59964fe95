"""Marks give traits their values: the length of what Alice drew as a prosome is the prosome length, said by Alice."""

from collections.abc import Iterable

from django.db import connection

from annotations.accounts.models import User
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.traits.actions import set_trait_values
from annotations.traits.importing import ImportedValue, import_trait_values
from annotations.traits.models import UNITS, FromMarks, Trait
from annotations.traits.queries import values_now
from annotations.traits.values import Value

DIGITS = 3  # behind the point: a thousandth of a micrometre, or of a pixel

# one person's marks of a label on each of the objects
DRAWN = """
SELECT m.object_id, w.original_id, {measure}, a.pixel_um FROM marks_mark m
JOIN marks_marklabel l ON l.id = m.label_id
JOIN samples_object o ON o.id = m.object_id
JOIN samples_objectfields w ON w.object_id = m.object_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE m.object_id = ANY(%s) AND m.author_id = %s AND l.key = %s AND m.removed IS NULL
GROUP BY m.object_id, w.original_id, a.pixel_um
"""
MEASURES = {
    FromMarks.COUNT: "sum(m.count)",
    FromMarks.LENGTH: "sum(m.length)",
    FromMarks.AREA: "sum(m.area)",
    FromMarks.ESD: "sum(m.esd)",
    FromMarks.ANGLE: "avg(m.angle)",
}


def follow_marks(*, project: Project, user: User, object_id: int, labels: set[str]) -> None:
    """Brings the traits that are taken from these labels up to date. What somebody else said stays."""
    for trait in _followers(project, labels):
        drawn = next((number for _, _, number in _drawn(trait, user, [object_id])), None)
        (now,) = values_now(trait.pk, [object_id])
        is_others = now["value"] is not None and now["annotator"] != user.display_name
        if is_others or now["value"] == drawn:
            continue
        change: dict = {"state": State.UNCLASSIFIED} if drawn is None else {"value": drawn}
        set_trait_values(trait=trait, user=user, targets=[Target(object_id, now["version"])], **change)


def is_followed(*, project: Project, labels: set[str]) -> bool:
    """Whether a trait is taken from one of these labels."""
    return bool(_followers(project, labels))


def follow_imported(*, batch: Batch, user: User, object_ids: Iterable[int], labels: set[str]) -> int:
    """The same for many objects at once, where nothing has been said of the trait yet; returns how many values."""
    ids = list(object_ids)
    values = [
        ImportedValue(
            object=name, trait=trait.pk, value=Value(number=number), state=State.VALIDATED, annotator=user.pk
        )
        for trait in _followers(batch.project, labels)
        for _, name, number in _drawn(trait, user, ids)
    ]
    return import_trait_values(batch=batch, values=values).changed if values else 0


def _followers(project: Project, labels: set[str]) -> Iterable[Trait]:
    return Trait.objects.filter(project=project, is_active=True, mark_label__in=labels)


def _drawn(trait: Trait, user: User, object_ids: list[int]) -> list[tuple[int, str, float]]:
    """(object, its original id, the number in the trait's unit); nothing where that takes a pixel size nobody knows."""
    measure = FromMarks(trait.mark_measure)
    power, factor = UNITS[measure][trait.unit]
    with connection.cursor() as cursor:
        cursor.execute(DRAWN.format(measure=MEASURES[measure]), [object_ids, user.pk, trait.mark_label])
        rows = cursor.fetchall()
    return [
        (pk, name, round(float(amount) * (um**power if power else 1.0) * factor, DIGITS))
        for pk, name, amount, um in rows
        if amount is not None and (um is not None or not power)
    ]
