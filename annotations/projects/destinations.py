"""Pages by their names, as the bar has them, and projects by their titles."""

from dataclasses import replace

from django.urls import reverse

from annotations.projects.access import projects_seen_by
from annotations.projects.finding import MOST, Destination, Search, register
from annotations.projects.models import Project
from annotations.projects.navigation import GROUPS, pages_open_to, site_pages_open_to


def find_pages(search: Search) -> list[Destination]:
    pages = _pages_of_project(search.project) if search.project else []
    in_project = {page.name for page in pages}
    of_site = [
        Destination("Pages", page.name, reverse(page.view))
        for page in site_pages_open_to(search.user)
        if page.name not in in_project
    ]
    called_so = [page for page in pages + of_site if search.begins_words_of(f"{page.name} {page.detail}")]
    return called_so + _pages_of_last_project(search)


def _pages_of_last_project(search: Search) -> list[Destination]:
    """Outside of projects what is typed leads back into the one that the person comes from, and says which."""
    if search.project or not search.last_project or not search.text:
        return []
    return [
        replace(page, detail=", ".join(filter(None, (page.detail, search.last_project.title))))
        for page in _pages_of_project(search.last_project)
        if search.begins_words_of(f"{page.name} {page.detail}")
    ]


def _pages_of_project(project: Project) -> list[Destination]:
    return [
        Destination("Pages", page.name, page.url(project), group.name if group.name != page.name else "")
        for group in GROUPS
        for page in pages_open_to(project.role, group)
    ]


def find_projects(search: Search) -> list[Destination]:
    projects = projects_seen_by(search.user).filter(search.holds_words("title"))
    return [
        Destination("Projects", project.title, reverse("gallery:bench", args=[project.pk]))
        for project in projects[:MOST]
    ]


register(10, find_pages)
register(20, find_projects)
