from django import template

from annotations.imports.forms import PackageForm
from annotations.imports.registry import ImportFormat, formats
from annotations.jobs.models import Job

register = template.Library()


@register.simple_tag
def import_form(job: Job | None = None, sent: PackageForm | None = None) -> PackageForm:
    """What an import asks; of an earlier job, what that was answered; of a form that was `sent`, its answers."""
    return sent or PackageForm(job=job)


@register.simple_tag
def import_formats() -> list[ImportFormat]:
    return list(formats().values())
