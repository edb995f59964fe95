"""The projects into which objects can go."""

from annotations.moving.queries import targets_for
from annotations.projects.models import Role
from annotations.projects.optionlists import OptionList, register
from annotations.projects.options import project_option

register(
    OptionList(
        key="targets",
        rows=lambda chooser: targets_for(chooser.user, chooser.in_project),
        option=project_option,
        searched=("title",),
        least=Role.MANAGER,
    )
)
