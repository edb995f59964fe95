"""States of objects as the log of corrections has them, and the way back.

`{"id", "version", "revision", "outline": {"box", "counts", "source"} or null, "box"}`, of an object that stays also
`"numbers"` by the name of their column and `"images"`, their rows; earlier corrections have these only in what was
before them. Numbers are texts, as Python writes them: so they come back to the last bit.
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
    numbers = numbers_of(project, one.id, columns)
    return {**outline_state(one), "numbers": numbers, "images": _image_rows(one.id)}


_IMAGE = ("id", "rank", *PICTURE_COLUMNS, *REGION_COLUMNS)


def _image_rows(object_id: int) -> list[dict[str, Any]]:
    images = Image.objects.filter(object=object_id).order_by("rank")
    return [{name: getattr(image, name) for name in _IMAGE} for image in images]


def has_other_pictures(state: ObjectState, after: ObjectState) -> bool:
    """Whether one that the correction cut out anew is another by now: an update came, or it was rendered anew."""
    by_now = {row["id"]: row for row in _image_rows(state["id"])}
    replaced = {row["id"] for row in _replaced_images(state, after)}
    rows = [row for row in after.get("images", []) if row["id"] in replaced & by_now.keys()]
    return any(row[column] != by_now[row["id"]][column] for row in rows for column in PICTURE_COLUMNS)


def _replaced_images(state: ObjectState, after: ObjectState) -> list[dict[str, Any]]:
    """The rows before of images that the correction changed; all of them where its log does not say which."""
    rows = {row["id"]: row for row in after.get("images", [])}
    return [row for row in state["images"] if rows.get(row["id"]) != row]


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

    Pictures that the correction did not change are somebody else's, and stay. So do numbers that are not what it left
    in `after`; those of columns that it made are empty again.
    """
    if outline := state["outline"]:
        write_outline(scan, state["id"], **outline, revision=revision)
    else:
        Outline.objects.filter(object=state["id"]).delete()
    _restore_images(scan, state, after)
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


def _restore_images(scan: Scan, state: ObjectState, after: ObjectState) -> None:
    images = Image.objects.filter(object=state["id"])
    there = [row["id"] for row in state["images"]]
    _remove_cut_out(images.filter(parent=scan.parent).exclude(pk__in=there), images)
    rows = {row["id"]: row for row in _replaced_images(state, after)}
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
