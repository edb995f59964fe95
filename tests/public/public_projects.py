"""Projects that everybody may see, for the tests."""

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.public.actions import change_public_face
from annotations.public.models import PublicFace


def show_to_everybody(project: Project, by: User, **choices: object) -> PublicFace:
    return change_public_face(project=project, by=by, is_confirmed=True, is_on=True, **choices)
