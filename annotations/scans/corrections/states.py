"""States of objects as the log of corrections has them, and the way back.

`{"id", "version", "revision", "outline": {"box", "counts", "source"} or null, "box"}`, of an object that stays also
`"numbers"` by the name of their column, and before the correction `"images"`, their rows. Numbers are texts, as Python
writes them: so they come back to the last bit.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from annotations.measurements.actions import ensure_number_columns
from annotations.pictures.actions import StoredPicture
from annotations.projects.models import Project
from annotations.samples.actions import PICTURE_COLUMNS, REGION_COLUMNS, RecutImage, recut_images
from annotations.samples.columns import positions_of, update_numbers
from annotations.samples.models import Image, ObjectFields
from annotations.samples.rows import Region
from annotations.scans.corrections.outlined import OutlinedObject
from annotations.scans.models import Outline, Scan
from annotations.similarity.removing import remove_outdated

ObjectState = dict[str, Any]


def outline_state(one: OutlinedObject) -> ObjectState:
    outline = {"box": one.box, "counts": one.counts, "source": one.source} if one.source else None
    return {
        "id": one.id,
        "version": one.version,
        "revision": one.revision,
        "box": one.box,
        "outline": outline,
    }


def whole_state(project: Project, one: OutlinedObject, columns: Sequence[str]) -> ObjectState:
    """With its pictures and the numbers of these columns."""
    images = Image.objects.filter(object=one.id).order_by("rank")
    rows = [{name: getattr(image, name) for name in _IMAGE} for image in images]
    return {**numbered_state(project, one, columns), "images": rows}


def numbered_state(project: Project, one: OutlinedObject, columns: Sequence[str]) -> ObjectState:
    """With the numbers of these columns."""
    return {**outline_state(one), "numbers": numbers_of(project, one.id, columns)}


_IMAGE = ("id", "rank", *PICTURE_COLUMNS, *REGION_COLUMNS)


def numbers_of(project: Project, object_id: int, columns: Sequence[str]) -> dict[str, str | None]:
    """As texts, by the name of their column; without those that the project does not have."""
    positions, values = positions_of(project), ObjectFields.objects.get(object=object_id).values
    present = {name: positions[name] for name in columns if name in positions}
    return {name: _text(values[at] if at < len(values) else None) for name, at in present.items()}


def _text(value: float | None) -> str | None:
    return None if value is None else repr(value)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def write_outline(
    scan: Scan, object_id: int, *, box: Sequence[int], counts: str, source: str, revision: int
) -> None:
    x, y, width, height = box
    where = {"parent": scan.parent, "x": x, "y": y, "width": width, "height": height}
    Outline.objects.update_or_create(
        object_id=object_id,
        defaults={**where, "counts": counts.encode(), "source": source, "revision": revision},
    )


def restore_state(
    project: Project, scan: Scan, state: ObjectState, after: ObjectState, revision: int
) -> None:
    """Outline, pictures and numbers as `whole_state` noted them; of an object that had no outline, the region alone.

    Numbers that are not what the correction left in `after` are somebody else's by now, and stay; those of columns
    that it made are empty again.
    """
    if outline := state["outline"]:
        write_outline(scan, state["id"], **outline, revision=revision)
    else:
        Outline.objects.filter(object=state["id"]).delete()
    _restore_images(scan, state)
    _restore_numbers(project, state, after)
    remove_outdated(object_ids=[state["id"]])


def _restore_numbers(project: Project, state: ObjectState, after: ObjectState) -> None:
    before, written = state["numbers"], after.get("numbers", {})
    now = numbers_of(project, state["id"], [*before, *(name for name in written if name not in before)])
    own = [name for name, value in now.items() if value == written.get(name, value)]
    if own:
        positions = ensure_number_columns(project=project, names=own)
        values = [_number(before.get(name)) for name in own]
        update_numbers(project=project, positions=positions, rows=[(state["id"], values)])


def _restore_images(scan: Scan, state: ObjectState) -> None:
    rows = {row["id"]: row for row in state["images"]}
    images = Image.objects.filter(object=state["id"])
    _remove_cut_out(images.filter(parent=scan.parent).exclude(pk__in=rows), images)
    present = list(images.filter(pk__in=rows))
    for image in present:
        if image.rank != rows[image.pk]["rank"]:
            Image.objects.filter(pk=image.pk).update(rank=rows[image.pk]["rank"])
    recut_images(images=[_as_it_was(scan, image, rows[image.pk]) for image in present])


def _remove_cut_out(cut_out: QuerySet[Image], images: QuerySet[Image]) -> None:
    """What the correction cut out, and no other. One with marks that were removed stays, as the last of the images:
    they may still come back."""
    cut_out.filter(marks=None).delete()
    for image in cut_out:
        last = images.order_by("-rank").values_list("rank", flat=True)[0]
        Image.objects.filter(pk=image.pk).update(rank=last + 1)


def _as_it_was(scan: Scan, image: Image, row: dict[str, Any]) -> RecutImage:
    picture = StoredPicture(**{name: row[name] for name in PICTURE_COLUMNS})
    if row["parent_id"] != scan.pk:
        return RecutImage(image, picture)
    return RecutImage(image, picture, Region(scan.parent, *(row[name] for name in REGION_COLUMNS[1:])))
