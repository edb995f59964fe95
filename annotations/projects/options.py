"""The people and projects that fields let one choose."""

from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.projects.access import projects_managed_by
from annotations.projects.models import Project, Role
from annotations.projects.optionlists import Chooser, ListEntry, OptionList, register
from annotations.projects.queries import colleagues_of


def as_option(user: User) -> ListEntry:
    """As everybody may know them."""
    return ListEntry(str(user.pk), user.display_name)


def project_option(project: Project) -> ListEntry:
    return ListEntry(str(project.pk), project.title)


def _with_username(user: User) -> ListEntry:
    """For managers, who know the user names of their members."""
    return ListEntry(str(user.pk), f"{user.display_name} ({user.username})")


def _members(chooser: Chooser) -> QuerySet[User]:
    return chooser.in_project.members.order_by("username")


def labellers_of(chooser: Chooser) -> QuerySet[User]:
    """The members who may label."""
    may_label = [role.value for role in Role if role.rank >= Role.ANNOTATOR.rank]
    memberships = chooser.in_project.memberships.filter(role__in=may_label)
    return User.objects.filter(pk__in=memberships.values("user")).order_by("username")


register(
    OptionList(
        key="managed-projects",
        rows=lambda chooser: projects_managed_by(chooser.user),
        option=project_option,
        searched=("title",),
    ),
    OptionList(
        key="members",
        rows=_members,
        option=_with_username,
        searched=("shown_name", "username"),
        least=Role.MANAGER,
    ),
    OptionList(
        key="labellers", rows=labellers_of, option=as_option, searched=("shown_name",), least=Role.MANAGER
    ),
    OptionList(
        key="colleagues",
        rows=lambda chooser: colleagues_of(chooser.user),
        option=lambda user: ListEntry(user.username, user.display_name, user.username),
        searched=("shown_name", "username"),
        field="username",
        least=Role.MANAGER,
    ),
)
