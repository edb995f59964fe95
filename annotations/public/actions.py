from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.projects.actions import update_project
from annotations.projects.models import Project
from annotations.public.models import NAMES, PublicFace, PublicFaceChange
from annotations.public.queries import columns_of

UNCONFIRMED = "Say that everybody may see this: tick the box above the button."


class Choices(TypedDict, total=False):
    """What a manager chooses of the public face; what is not named stays."""

    is_on: bool
    summary: str
    citation: str
    contact: str
    has_all_states: bool
    columns: list[str]
    has_tables: bool
    embargo_until: date | None  # of the project, see `projects/models.py`


@transaction.atomic
def change_public_face(
    *, project: Project, by: User, is_confirmed: bool = False, **choices: Unpack[Choices]
) -> PublicFace:
    """Writes and logs them. Whatever leaves the project visible to everybody has to be confirmed.

    Raises ValidationError that names the field.
    """
    locked = Project.objects.select_for_update().get(
        pk=project.pk
    )  # two managers at once: one after the other
    face = PublicFace.objects.filter(pk=project.pk).first() or PublicFace()
    face.project = locked
    before = _choices_of(face)
    if "embargo_until" in choices:
        # whatever is visible afterwards has to be confirmed below
        update_project(project=locked, may_show_earlier=True, embargo_until=choices.pop("embargo_until"))
    for name, value in choices.items():
        setattr(face, name, value)
    _refuse(face, is_confirmed)
    if face.is_on and not before["is_on"]:
        face.since = timezone.now()
    face.save()
    after = _choices_of(face)
    if after != before:
        PublicFaceChange.objects.create(project=project, by=by, before=before, after=after)
    return face


def _refuse(face: PublicFace, is_confirmed: bool) -> None:
    if face.is_on and not is_confirmed:
        raise ValidationError({"is_confirmed": UNCONFIRMED})
    unknown = sorted(set(face.columns) - set(columns_of(face.project_id)))
    if unknown:
        raise ValidationError({"columns": f"The project has no column {', '.join(unknown)}."})
    face.full_clean(exclude=["project"])


def _choices_of(face: PublicFace) -> dict:
    embargo = face.project.embargo_until
    choices = {name: getattr(face, name) for name in NAMES if name != "embargo_until"}
    return choices | {"embargo_until": embargo and embargo.isoformat()}
