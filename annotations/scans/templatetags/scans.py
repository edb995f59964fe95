"""From an object to where it lay."""

from django import template
from django.urls import reverse

from annotations.scans.models import Scan

register = template.Library()


@register.simple_tag
def place_on_scan(region: dict, object_id: int) -> str:
    """The address of the viewer with the object ringed; empty where its larger picture has no tiles."""
    number = region["parent"]["id"]
    scan = Scan.objects.filter(pk=number, levels__gt=0).select_related("parent__acquisition__sample").first()
    if scan is None:
        return ""
    project_id = scan.parent.acquisition.sample.project_id
    return f"{reverse('scans:viewer', args=[project_id, scan.pk])}?object={object_id}"
