from django import template
from django.db.models import QuerySet

from annotations.imports.forms import PackageForm
from annotations.imports.mappings.queries import OfferedMapping, mappings_of, offers_for_waiting
from annotations.imports.models import ImportMapping
from annotations.imports.registry import ImportFormat, formats
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import Sample

register = template.Library()


@register.simple_tag
def import_form(job: Job | None = None, sent: PackageForm | None = None) -> PackageForm:
    """What an import asks; of an earlier job, what that was answered; of a form that was `sent`, its answers."""
    return sent or PackageForm(job=job)


@register.simple_tag
def import_formats() -> list[ImportFormat]:
    return list(formats().values())


@register.simple_tag
def has_samples(project: Project) -> bool:
    """Whether something may be updated: a new project is not asked how."""
    return Sample.objects.filter(project=project).exists()


@register.simple_tag
def import_mappings(project: Project) -> QuerySet[ImportMapping]:
    """The saved mappings of the project."""
    return mappings_of(project)


@register.simple_tag
def mapping_offers(project: Project) -> list[OfferedMapping]:
    """Those that know names that wait to be settled."""
    return offers_for_waiting(project)
