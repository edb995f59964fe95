"""An embargo that ends earlier may show a project to everybody: the app above that shows projects is asked.

It asks the manager and logs it, so it alone shortens the embargo of such a project.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from annotations.projects.models import Project

IsPublic = Callable[[Project], bool]  # whether everybody sees the project once its embargo is over
EARLIER = (
    "Everybody would see the project earlier. Change the embargo under Results › Showing to everybody, which asks you "
    "to confirm that and keeps who did it."
)
_is_public: list[IsPublic] = []


def register_public_face(is_public: IsPublic) -> None:
    _is_public[:] = [is_public]


def refuse_earlier_end(project: Project) -> None:
    """`project` has the new date, and its row the old one. Raises ValidationError."""
    before = Project.objects.get(pk=project.pk)
    is_earlier = before.embargo_until is not None and (
        project.embargo_until is None or project.embargo_until < before.embargo_until
    )
    if is_earlier and before.is_under_embargo and any(each(project) for each in _is_public):
        raise ValidationError({"embargo_until": EARLIER})
