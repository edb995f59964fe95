"""What the filter form offers."""

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.search.filter import Filter
from annotations.search.form import filter_form


def form_choices(name: str, project: Project, user: User) -> list[tuple[int, str]]:
    """The options of a condition's field in the project, (number, words)."""
    form = filter_form(Filter(), project, user)
    fields = [field for fieldset in form.fieldsets for field in fieldset.fields if field.name == name]
    return [(int(option.text), option.label) for field in fields for option in field.options]
