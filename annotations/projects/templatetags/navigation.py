"""The bar of a project, for the frame of every page."""

import re
from functools import lru_cache

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from annotations.projects.models import Project, Role
from annotations.projects.navigation import (
    NavigationPage,
    current_pages,
    groups_for,
    named_pages,
    project_around,
    project_of_address,
)

register = template.Library()
REFUSALS = {"exception", "sentences"}  # what the pages of 403 and 404, and that of 400, say


@register.simple_tag(takes_context=True)
def navigation(context: RequestContext) -> dict | None:
    """`project`, `groups` and `menu` of the bar; None on pages that belong to no project, and for strangers."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return None
    job = context.get("job")
    of_page = context.get("project") or getattr(job, "project", None)
    if of_page is None and REFUSALS & context.flatten().keys():
        of_page = project_of_address(request)
    project = project_around(request, of_page)
    if project is None:
        return None
    groups, menu = _bar(project.pk, project.title, project.role, current_pages(request))
    return {"project": project, "groups": groups, "menu": menu}


@register.filter
def with_links(sentence: str, project: Project) -> SafeString:
    """A sentence with its `Data › Samples` as links, where the person may open the page."""
    pages = {name: url for name, url in named_pages(project) if name in sentence}
    if not pages:
        return conditional_escape(sentence)
    parts = re.split("({})".format("|".join(map(re.escape, pages))), sentence)
    return format_html_join(
        "", "{}", ([link_to(pages[part], part) if part in pages else part] for part in parts)
    )


def link_to(url: str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words)


@lru_cache(maxsize=1024)
def _bar(
    number: int, title: str, role: Role, current: frozenset[NavigationPage]
) -> tuple[list[dict], SafeString]:
    """All that it hangs on is here, so it is written once: the template takes 3 ms of a core."""
    project = Project(pk=number, title=title)
    project.role = role
    groups = groups_for(project, current)
    bar = {"project": project, "groups": groups}
    return groups, render_to_string("includes/navigation.html", {"bar": bar})
