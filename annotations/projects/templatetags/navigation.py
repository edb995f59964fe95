"""The bar of a project, for the frame of every page."""

from django import template
from django.template.context import RequestContext

from annotations.projects.navigation import groups_for, project_around

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: RequestContext) -> dict | None:
    """`project` and `groups` of the bar; None on pages that belong to no project, and for strangers."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return None
    job = context.get("job")
    project = project_around(request, context.get("project") or getattr(job, "project", None))
    return {"project": project, "groups": groups_for(request, project)} if project else None
