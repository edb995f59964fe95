"""What is read of marks: those on an object, one with its log, figures per object and label."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.marks.models import Colour, Mark, MarkChange, MarkLabel
from annotations.marks.starter import STARTER_SET
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import Image

NO_MARK = "There is no such mark, or it belongs to a project that you are not a member of."


def labels_of(project: Project, *, only_active: bool = False) -> QuerySet[MarkLabel]:
    labels = MarkLabel.objects.filter(project=project)
    return labels.filter(is_active=True) if only_active else labels


def starters_left(project: Project) -> list[str]:
    """The names of the starter set's labels that the project has not."""
    present = set(project.mark_labels.values_list("key", flat=True))
    return [str(label["name"]) for label in STARTER_SET if label["key"] not in present]


def serialize_label(label: MarkLabel) -> dict:
    names = ("id", "key", "name", "colour", "dash", "shape", "help", "position", "is_active")
    return {name: getattr(label, name) for name in names} | {"colour_name": Colour(label.colour).label}


def open_label(user: User, label_id: int, least: Role) -> MarkLabel:
    """Raises Http404 when the person may not see the label's project, PermissionDenied as `open_project`."""
    label = MarkLabel.objects.filter(pk=label_id).first()
    if label is None:
        raise Http404("There is no such label, or it belongs to a project that you are not a member of.")
    label.project = open_project(user, label.project_id, least)
    return label


def open_mark(user: User, mark_id: int, least: Role = Role.VIEWER) -> Mark:
    """The mark with its project opened. Raises Http404 and PermissionDenied as `open_project`."""
    mark = _whole(Mark.objects.filter(pk=mark_id)).first()
    if mark is None:
        raise Http404(NO_MARK)
    mark.project = open_project(user, mark.project_id, least)
    return mark


def open_change(user: User, change_id: int) -> MarkChange:
    change = MarkChange.objects.select_related("mark").filter(pk=change_id).first()
    if change is None:
        raise Http404("There is no such change of a mark, or its project is none of yours.")
    change.mark.project = open_project(user, change.mark.project_id, Role.ANNOTATOR)
    return change


def marks_on(object_id: int) -> list[dict]:
    """The marks on an object's images, oldest first."""
    return [serialize_mark(mark) for mark in _whole(Mark.objects.filter(object=object_id, removed=None))]


def _whole(marks: QuerySet[Mark]) -> QuerySet[Mark]:
    return marks.select_related("image", "label", "author", "object__acquisition")


def serialize_mark(mark: Mark) -> dict:
    """As the API gives it. An author is told by their user name and by their name."""
    return {
        "id": mark.pk,
        "version": mark.version,
        "object": mark.object_id,
        "image": mark.image.rank,
        "label": {"id": mark.label_id, "key": mark.label.key, "name": mark.label.name},
        "kind": mark.kind,
        "geometry": mark.geometry,
        "author": mark.author and {"username": mark.author.public_username, "name": mark.author.display_name},
        "created": mark.created,
        "removed": mark.removed,
        "measures": measures_of(mark),
    }


def measures_of(mark: Mark) -> dict:
    """In pixels, and in micrometres where the acquisition says how large a pixel is."""
    um = mark.object.acquisition.pixel_um

    def scaled(value: float | None, power: int) -> float | None:
        return None if value is None or um is None else round(value * um**power, 2)

    return {
        "count": mark.count,
        "length_px": _rounded(mark.length),
        "length_um": scaled(mark.length, 1),
        "perimeter_px": _rounded(mark.perimeter),
        "perimeter_um": scaled(mark.perimeter, 1),
        "area_px": _rounded(mark.area),
        "area_um2": scaled(mark.area, 2),
        "esd_px": _rounded(mark.esd),
        "esd_um": scaled(mark.esd, 1),
        "angle_deg": _rounded(mark.angle),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def history(mark: Mark) -> list[dict]:
    """Every change of a mark, newest first: who, when, from what to what."""
    return [
        {
            "id": change.pk,
            "version": change.version,
            "user": change.user.display_name if change.user else None,
            "when": change.created,
            "before": change.before,
            "after": change.after,
            "undoes": change.undoes_id,
        }
        for change in mark.changes.select_related("user").order_by("-id")
    ]


def image_of(object_id: int, rank: int) -> Image:
    """Raises Http404 when the object has no image of this rank."""
    image = Image.objects.select_related("object").filter(object=object_id, rank=rank).first()
    if image is None:
        raise Http404(f"The object has no image {rank}.")
    return image


def summary(object_ids: Iterable[int]) -> list[dict]:
    """What was marked on each object under each label, over everybody's marks.

    [{object, label: {id, key, name}, people, count, length_px: {sum, mean}, length_um, area_px, area_um2}]; a mean is
    that of the marks that have such a measure, and sum and mean are None where none has. Where several people marked
    the same thing, `people` says by how many a count or sum is too large.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, [list(object_ids)])
        return [_summed(row) for row in cursor.fetchall()]


def _summed(row: tuple) -> dict:
    object_id, label, key, name, people, count, um, length_sum, length_mean, area_sum, area_mean = row
    return {
        "object": object_id,
        "label": {"id": label, "key": key, "name": name},
        "people": people,
        "count": count,
        "length_px": {"sum": length_sum, "mean": length_mean},
        "length_um": {"sum": _times(length_sum, um), "mean": _times(length_mean, um)},
        "area_px": {"sum": area_sum, "mean": area_mean},
        "area_um2": {"sum": _times(area_sum, um, 2), "mean": _times(area_mean, um, 2)},
    }


def _times(value: float | None, um: float | None, power: int = 1) -> float | None:
    return None if value is None or um is None else value * um**power


SUMMARY = """
SELECT m.object_id, l.id, l.key, l.name, count(DISTINCT m.author_id), sum(m.count), a.pixel_um,
       sum(m.length), avg(m.length), sum(m.area), avg(m.area)
FROM marks_mark m
JOIN marks_marklabel l ON l.id = m.label_id
JOIN samples_object o ON o.id = m.object_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE m.object_id = ANY(%s) AND m.removed IS NULL
GROUP BY m.object_id, l.id, a.pixel_um ORDER BY m.object_id, l.position, l.id
"""
