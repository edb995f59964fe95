"""Whose actions experts may choose, besides their own."""

from annotations.history.queries import people_of
from annotations.projects.models import Role
from annotations.projects.optionlists import OptionList, register
from annotations.projects.options import as_option

register(
    OptionList(
        key="actors",
        rows=lambda chooser: people_of(chooser.in_project).exclude(pk=chooser.user.pk),
        option=as_option,
        searched=("shown_name",),
        least=Role.EXPERT,
    )
)
