"""What archives may link of a project: pictures at addresses that last."""

from django.urls import reverse

from annotations.projects.models import Project
from annotations.public.access import public_faces
from annotations.samples.models import State


def states_for_everybody(project: Project) -> tuple[State, ...]:
    """Those of the objects that everybody may see today; none where the project is not public."""
    face = public_faces().filter(pk=project.pk).first()
    return face.states if face else ()


def picture_path(object_id: int, rank: int) -> str:
    return reverse("public:picture", args=[object_id, rank])
