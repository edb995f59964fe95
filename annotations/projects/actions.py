from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.projects.doi import clean_doi
from annotations.projects.embargo import refuse_earlier_end
from annotations.projects.models import Membership, Project, Role


@transaction.atomic
def create_project(*, title: str, owner: User | None, description: str = "") -> Project:
    """Makes a project; its owner becomes its manager. Raises ValidationError for a bad title."""
    project = Project(title=title.strip(), description=description)
    project.full_clean()
    project.save()
    if owner is not None:
        Membership.objects.create(project=project, user=owner, role=Role.MANAGER)
    return project


class ProjectChanges(TypedDict, total=False):
    """What a manager writes of a project; what is not named stays."""

    title: str
    description: str
    licence: str  # a Licence, or empty
    contact: User | None  # a member
    doi: str  # also as the address of it
    embargo_until: date | None


def update_project(
    *, project: Project, may_show_earlier: bool = False, **changes: Unpack[ProjectChanges]
) -> Project:
    """Writes them; `may_show_earlier`: a manager has confirmed that everybody sees the project earlier.

    Raises ValidationError that names the field.
    """
    for name, value in changes.items():
        setattr(project, name, value)
    project.title, project.doi = project.title.strip(), clean_doi(project.doi)
    _refuse_strangers(project)
    project.full_clean()
    if not may_show_earlier:
        refuse_earlier_end(project)
    project.save(update_fields=[*ProjectChanges.__annotations__])
    return project


def _refuse_strangers(project: Project) -> None:
    if project.contact_id and not project.memberships.filter(user=project.contact_id).exists():
        raise ValidationError({"contact": "The contact is a member of the project: add the person first."})


@transaction.atomic
def set_role(*, project: Project, user: User, role: Role) -> Membership:
    """Makes the person a member, or changes their role. A project keeps at least one manager."""
    if role != Role.MANAGER:
        _keep_a_manager(project, user)
    membership, _ = Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})
    return membership


@transaction.atomic
def remove_member(*, project: Project, user: User) -> None:
    _keep_a_manager(project, user)
    Membership.objects.filter(project=project, user=user).delete()
    Project.objects.filter(pk=project.pk, contact=user).update(contact=None)


def _keep_a_manager(project: Project, leaving: User) -> None:
    managers = Membership.objects.select_for_update().filter(project=project, role=Role.MANAGER)
    if [m.user_id for m in managers] == [leaving.id]:
        raise ValidationError("A project needs a manager: give the role to somebody else first.")
