"""Pages of the projects that a person sees."""

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from annotations.accounts.models import User
from annotations.common.keyset import Cursor
from annotations.projects.access import projects_seen_by
from annotations.projects.models import Membership, Project

A_PAGE_OF_MEMBERS = 50
BY_TITLE = "title"  # the order that a cursor belongs to
A_PAGE = 30


def projects_called(user: User, text: str) -> QuerySet[Project]:
    """Those whose title or description holds each of the words."""
    projects = projects_seen_by(user)
    for word in text.split():
        projects = projects.filter(Q(title__icontains=word) | Q(description__icontains=word))
    return projects


def colleagues_of(user: User) -> QuerySet[User]:
    """Who is in a project with the person, by their names: the only ones whose names they are told."""
    projects = user.projects.living().values("pk")
    return (
        User.objects.filter(is_active=True, memberships__project__in=projects).distinct().order_by("username")
    )


def page_of_members(project: Project, text: str, after: str) -> tuple[list[Membership], str]:
    """By their user names, behind that one: whose names hold each of the words; and behind whom the next page begins,
    "" where this was the last."""
    members = project.memberships.select_related("user").filter(user__username__gt=after)
    for word in text.split():
        members = members.filter(Q(user__shown_name__icontains=word) | Q(user__username__icontains=word))
    page = list(members.order_by("user__username")[: A_PAGE_OF_MEMBERS + 1])
    is_last = len(page) <= A_PAGE_OF_MEMBERS
    return page[:A_PAGE_OF_MEMBERS], "" if is_last else page[A_PAGE_OF_MEMBERS - 1].user.username


def page_of_projects(projects: QuerySet[Project], cursor: str | None) -> tuple[list[Project], str | None]:
    """By title, after the cursor; and the cursor of what follows. Raises ValidationError for a damaged one."""
    if cursor:
        last = Cursor.decode(cursor, BY_TITLE)
        if not isinstance(last.key, str) or "\0" in last.key or abs(last.id) >= 2**63:
            raise ValidationError("`cursor` is damaged: start again without it.")
        projects = projects.filter(Q(title__gt=last.key) | Q(title=last.key, pk__gt=last.id))
    page = list(projects.select_related("contact").order_by("title", "pk")[: A_PAGE + 1])
    following = (
        Cursor(BY_TITLE, page[A_PAGE - 1].title, page[A_PAGE - 1].pk).encode() if len(page) > A_PAGE else None
    )
    return page[:A_PAGE], following
