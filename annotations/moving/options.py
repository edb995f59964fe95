"""The projects into which objects can go."""

from annotations.moving.queries import targets_for
from annotations.projects.models import Role
from annotations.projects.optionlists import ListEntry, OptionList, register

register(
    OptionList(
        key="targets",
        rows=lambda chooser: targets_for(chooser.user, chooser.in_project),
        option=lambda project: ListEntry(str(project.pk), project.title),
        searched=("title",),
        least=Role.MANAGER,
    )
)
