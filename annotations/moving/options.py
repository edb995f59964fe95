"""The projects into which objects can go."""

from annotations.moving.queries import targets_for
from annotations.projects.models import Role
from annotations.projects.optionlists import Option, OptionList, register

register(
    OptionList(
        key="targets",
        rows=lambda asker: targets_for(asker.user, asker.in_project),
        option=lambda project: Option(str(project.pk), project.title),
        searched=("title",),
        least=Role.MANAGER,
    )
)
