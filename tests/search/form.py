"""What the filter form offers."""

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.search.registry import CONDITIONS


def form_choices(name: str, project: Project, user: User) -> list[tuple[object, str]]:
    """The choices of a condition's field in the project."""
    field = CONDITIONS[name].field
    assert field and field.widget.choices
    return list(field.widget.choices(project.pk, user))
