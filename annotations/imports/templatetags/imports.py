from django import template

from annotations.imports.forms import PackageForm
from annotations.imports.registry import ImportFormat, formats
from annotations.jobs.models import Job

register = template.Library()


@register.simple_tag
def import_form(job: Job | None = None) -> PackageForm:
    """What an import asks; of an earlier job, what that was answered."""
    return PackageForm(job=job)


@register.simple_tag
def import_formats() -> list[ImportFormat]:
    return list(formats().values())
