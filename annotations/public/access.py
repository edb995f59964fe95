"""The door for everybody, and it is another than that of members: what it opens is read, and nothing else.

Whatever is not public does not exist here, for members and managers neither: one answer for all of it, so that it tells
nothing of a project that is under embargo, in the bin, or none.
"""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from annotations.projects.models import Project
from annotations.public.models import PublicFace

NOTHING = "There is no such page, or it is not public."


def public_faces() -> QuerySet[PublicFace]:
    """Those of today, each with its project."""
    today = timezone.now().date()
    is_over = Q(project__embargo_until=None) | Q(project__embargo_until__lte=today)
    faces = PublicFace.objects.filter(is_over, is_on=True, project__deleted=None, project__bin_of=None)
    return faces.select_related("project")


def open_public(project_id: int) -> PublicFace:
    """Raises Http404 where nothing of it is public."""
    face = public_faces().filter(pk=project_id).first()
    if face is None:
        raise Http404(NOTHING)
    return face


def is_public_after_embargo(project: Project) -> bool:
    return PublicFace.objects.filter(pk=project.pk, is_on=True).exists()
