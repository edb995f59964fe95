"""The one door to a project. Whoever may not see it is told that it does not exist.

A project in the bin has no door, not for administrators either: only `open_deleted_project` leads to it, and back.
"""

from functools import cache

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.utils.text import get_text_list

from annotations.accounts.models import User
from annotations.common.stored import columns_of, instance_of
from annotations.projects.models import Membership, Project, Role


def projects_seen_by(user: User) -> QuerySet[Project]:
    """Administrators see all projects, members their own, everybody else none. What is in the bin sees nobody."""
    if not user.is_authenticated or not user.is_active:
        return Project.objects.none()
    if user.is_superuser:
        return Project.objects.living()
    return Project.objects.living().filter(memberships__user=user)


def projects_managed_by(user: User) -> QuerySet[Project]:
    """Administrators manage all."""
    projects = projects_seen_by(user)
    if user.is_superuser:
        return projects
    return projects.filter(memberships__user=user, memberships__role=Role.MANAGER)


def role_in(user: User, project_id: int) -> Role | None:
    """The person's role in the project; None for a stranger, and in a project that is in the bin. An administrator acts
    as manager."""
    if not user.is_authenticated or not user.is_active:
        return None
    if user.is_superuser:
        in_bin = Project.objects.filter(pk=project_id).exclude(deleted=None)
        return None if in_bin.exists() else Role.MANAGER
    memberships = Membership.objects.filter(user=user, project_id=project_id, project__deleted=None)
    role = memberships.values_list("role", flat=True).first()
    return Role(role) if role else None


def open_project(user: User, project_id: int, least: Role = Role.VIEWER) -> Project:
    """The project, with the person's role on it as `project.role`.

    Raises Http404 for strangers and for projects that don't exist (the two look alike), PermissionDenied when
    the person is a member but with too small a role.
    """
    project = _project_of(user, project_id)
    if project is None:
        raise Http404("There is no such project, or you are not a member of it.")
    if project.role.rank < least.rank:
        raise PermissionDenied(_too_small(project.role, least))
    return project


def _too_small(role: Role, least: Role) -> str:
    able = get_text_list([f"{each.label.lower()}s" for each in Role if each.rank >= least.rank], "and")
    article = "an" if role.label[0] in "AE" else "a"
    return (
        f"This is for {able}, and you are {article} {role.label.lower()} of the project: ask a manager of it."
    )


def _project_of(user: User, project_id: int) -> Project | None:
    """With the person's role on it, as `role_in` has it, by one query: nearly every request asks for it."""
    if not user.is_authenticated or not user.is_active:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_living_with_role(), [user.pk, project_id])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, role = row
    if user.is_superuser:
        return _with_role(instance_of(Project, values), Role.MANAGER)
    return _with_role(instance_of(Project, values), Role(role)) if role else None


@cache
def _living_with_role() -> str:
    return f"""SELECT {columns_of(Project, "p")}, m.role FROM projects_project p
LEFT JOIN projects_membership m ON m.project_id = p.id AND m.user_id = %s
WHERE p.id = %s AND p.deleted IS NULL"""


def _with_role(project: Project, role: Role) -> Project:
    project.role = role
    return project


def deleted_projects_of(user: User) -> QuerySet[Project]:
    """Those in the bin that the person may restore: an administrator all, a manager their own."""
    deleted = Project.objects.filter(bin_of=None).exclude(deleted=None)
    if user.is_superuser and user.is_active:
        return deleted
    return deleted.filter(memberships__user=user, memberships__role=Role.MANAGER)


def open_deleted_project(user: User, project_id: int) -> Project:
    """Raises Http404 for everybody else, and for a project that is not in the bin."""
    project = deleted_projects_of(user).filter(pk=project_id).first()
    if project is None:
        raise Http404("There is no such project in your bin.")
    return project


def resettable_by(asker: User) -> QuerySet[User]:
    """The people for whom one may make a link that sets their password, and so could act as them.

    For administrators everybody. For a manager the accounts that were made by an invitation to a project of theirs, as
    long as these are in no project that the manager doesn't manage: adding somebody to a project must not give their
    account.
    """
    if asker.is_superuser:
        return User.objects.all()
    managed = Membership.objects.filter(user=asker, role=Role.MANAGER).values("project")
    made_here = Membership.objects.filter(account_made=True, project__in=managed).values("user")
    elsewhere = Membership.objects.exclude(project__in=managed).values("user")
    people = User.objects.filter(pk__in=made_here, is_staff=False, is_superuser=False)
    return people.exclude(pk__in=elsewhere)


def may_reset_password(asker: User, member: User) -> bool:
    return resettable_by(asker).filter(pk=member.pk).exists()
