"""The only writers of marks and their labels: checked, logged in the same transaction, and undone by a new change."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import product

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.marks.geometry import checked
from annotations.marks.measuring import measure
from annotations.marks.models import Dash, Mark, MarkChange, MarkLabel, PointShape
from annotations.marks.starter import STARTER_SET
from annotations.marks.values import follow_marks
from annotations.projects.models import Project, Role
from annotations.samples.locking import hold_objects
from annotations.samples.models import Image

CHUNK = 1000  # rows a statement
MOST_CHANGES = 200  # changes that an event names; of more, pages ask what there is now


class Overtaken(Exception):
    """Somebody changed the mark meanwhile: `mark` is what it is now."""

    def __init__(self, mark: Mark):
        super().__init__(
            "Somebody changed this mark while you looked at it. Nothing of theirs was overwritten."
        )
        self.mark = mark


@dataclass(frozen=True)
class NewMark:
    """A checked figure that waits to be written."""

    image: Image
    label: MarkLabel
    kind: str
    geometry: dict


# --- Labels -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def adopt_starter_set(*, project: Project) -> list[MarkLabel]:
    """Adds the labels of the starter set that the project has not; returns those that were added."""
    present = set(project.mark_labels.values_list("key", flat=True))
    first = project.mark_labels.count()
    return [
        make_label(project=project, position=first + place, **{**label, **free_look(project, label)})
        for place, label in enumerate(STARTER_SET)
        if label["key"] not in present
    ]


def free_look(project: Project, label: dict) -> dict:
    """The dash and shape of the starter set, or others where the project's own labels look like that already."""
    used = set(project.mark_labels.filter(is_active=True).values_list("dash", "shape"))
    looks = [(label["dash"], label["shape"]), *product(Dash, PointShape)]
    dash, shape = next(look for look in looks if look not in used)
    return {"dash": dash, "shape": shape}


def copy_label(*, label: MarkLabel, project: Project) -> MarkLabel:
    """The same label in another project, which has none of its key; it looks different where its look is in use."""
    fields = {
        name: getattr(label, name) for name in ("key", "name", "colour", "dash", "shape", "help", "is_active")
    }
    look = free_look(project, fields) if label.is_active else {}
    return make_label(project=project, position=project.mark_labels.count(), **{**fields, **look})


def make_label(*, project: Project, **fields: object) -> MarkLabel:
    """Raises ValidationError, also for a look that a label in use has already."""
    return _saved(MarkLabel(project=project, **fields))


def change_label(*, label: MarkLabel, **fields: object) -> MarkLabel:
    """All but the key: files name a label by it."""
    for name, value in fields.items():
        setattr(label, name, value)
    return _saved(label)


def _saved(label: MarkLabel) -> MarkLabel:
    label.full_clean(validate_constraints=False)
    others = MarkLabel.objects.filter(project=label.project).exclude(pk=label.pk)
    if others.filter(key=label.key).exists():
        raise ValidationError(f"There is a label {label.key!r} already: choose another key.")
    twin = others.filter(dash=label.dash, shape=label.shape, is_active=True).first()
    if twin and label.is_active:
        raise ValidationError(
            f"{twin.name} has this dash and this shape already: colour alone doesn't tell labels apart. Choose "
            "another dash or shape."
        )
    label.save()
    return label


# --- Marks ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_mark(*, image: Image, label: MarkLabel, kind: str, geometry: object, author: User) -> MarkChange:
    """Draws a mark. Raises ValidationError for a figure that is none, or a label that is not in use."""
    _refuse_label(label, image.object.project_id)
    figure = checked(kind, geometry, image.width, image.height)
    (change,) = load_marks(project=label.project, author=author, marks=[NewMark(image, label, kind, figure)])
    follow_marks(project=label.project, user=author, object_id=image.object_id, labels={label.key})
    return change


@transaction.atomic
def load_marks(*, project: Project, author: User | None, marks: Iterable[NewMark]) -> list[MarkChange]:
    """Writes checked figures in bulk, each with its line in the log.

    Raises ValidationError, and writes none, where an object is no longer in the project.
    """
    marks = list(marks)
    hold_objects(project=project, object_ids=[drawn.image.object_id for drawn in marks])
    created = [_mark_of(project, author, drawn) for drawn in marks]
    Mark.objects.bulk_create(created, batch_size=CHUNK)
    lines = [_first_change(mark, author) for mark in created]
    changes = MarkChange.objects.bulk_create(lines, batch_size=CHUNK)
    _publish(project, changes)
    return changes


def _mark_of(project: Project, author: User | None, drawn: NewMark) -> Mark:
    return Mark(
        project=project,
        object_id=drawn.image.object_id,
        image=drawn.image,
        label=drawn.label,
        kind=drawn.kind,
        geometry=drawn.geometry,
        author=author,
        **asdict(measure(drawn.kind, drawn.geometry)),
    )


def _first_change(mark: Mark, author: User | None) -> MarkChange:
    before = {**_state(mark), "removed": True}
    return MarkChange(mark=mark, user=author, version=1, before=before, after=_state(mark))


@transaction.atomic
def change_mark(
    *,
    mark: Mark,
    user: User,
    role: Role,
    version: int,
    label: MarkLabel | None = None,
    geometry: object = None,
) -> MarkChange:
    """Gives a mark another label, another figure of its kind, or both.

    Raises Overtaken when it is not of this version any more, PermissionDenied for somebody else's, ValidationError for
    what can't be.
    """
    mark = _present(_locked(mark, user, role, version))
    before = _state(mark)
    if label is None and geometry is None:
        raise ValidationError("Say what to change: `label`, `geometry`, or both.")
    if label is not None:
        _refuse_label(label, mark.project_id)
        mark.label = label
    if geometry is not None:
        mark.geometry = checked(mark.kind, geometry, mark.image.width, mark.image.height)
    return _write(mark, user, before)


@transaction.atomic
def remove_mark(*, mark: Mark, user: User, role: Role, version: int) -> MarkChange:
    """Takes a mark away; its row and its log stay. Raises as `change_mark`."""
    mark = _present(_locked(mark, user, role, version))
    before = _state(mark)
    mark.removed = timezone.now()
    return _write(mark, user, before)


@transaction.atomic
def undo_change(*, change: MarkChange, user: User, role: Role) -> MarkChange:
    """Puts a mark back to what it was before the change, by a new change. Undoing an undo redoes.

    Raises Overtaken when the mark has been changed again since, PermissionDenied for somebody else's mark.
    """
    mark = _locked(change.mark, user, role, change.version)
    before = _state(mark)
    mark.label_id = change.before["label"]
    mark.geometry = change.before["geometry"]
    mark.removed = timezone.now() if change.before["removed"] else None
    return _write(mark, user, before, undoes=change)


# --- The steps --------------------------------------------------------------------------------------------------------


def _refuse_label(label: MarkLabel, project_id: int) -> None:
    if label.project_id != project_id:
        raise ValidationError(f"{label.name} is a label of another project.")
    if not label.is_active:
        raise ValidationError(f"{label.name} is not in use any more: choose another label.")


def _locked(mark: Mark, user: User, role: Role, version: int) -> Mark:
    """The mark as it is now, held until the transaction ends."""
    mark = Mark.objects.select_for_update(of=["self"]).select_related("image", "label").get(pk=mark.pk)
    if mark.author_id != user.pk and role.rank < Role.EXPERT.rank:
        raise PermissionDenied("This is somebody else's mark: they, an expert or a manager can change it.")
    if mark.version != version:
        raise Overtaken(mark)
    return mark


def _present(mark: Mark) -> Mark:
    if mark.removed is not None:
        raise ValidationError("This mark has been removed: undo that first.")
    return mark


def _state(mark: Mark) -> dict:
    return {"label": mark.label_id, "geometry": mark.geometry, "removed": mark.removed is not None}


def _write(mark: Mark, user: User, before: dict, undoes: MarkChange | None = None) -> MarkChange:
    mark.version += 1
    for name, value in asdict(measure(mark.kind, mark.geometry)).items():
        setattr(mark, name, value)
    mark.save()
    if mark.author is not None:
        keys = set(
            MarkLabel.objects.filter(pk__in=[before["label"], mark.label_id]).values_list("key", flat=True)
        )
        follow_marks(project=mark.project, user=mark.author, object_id=mark.object_id, labels=keys)
    change = MarkChange.objects.create(
        mark=mark, user=user, version=mark.version, before=before, after=_state(mark), undoes=undoes
    )
    _publish(mark.project, [change])
    return change


def _publish(project: Project, changes: list[MarkChange]) -> None:
    """Open pages hear on which objects something was drawn; of many, that it was."""
    objects = {change.mark.object_id for change in changes}
    if not changes:
        return
    is_few = len(changes) <= MOST_CHANGES
    publish_event(
        project.pk,
        "marks",
        objects=sorted(objects) if is_few else None,
        changes=[change.pk for change in changes] if is_few else None,
    )
