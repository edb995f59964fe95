"""Whose actions experts may choose, besides their own."""

from annotations.history.queries import people_of
from annotations.projects.models import Role
from annotations.projects.optionlists import OptionList, register
from annotations.projects.options import as_option

register(
    OptionList(
        key="actors",
        rows=lambda asker: people_of(asker.in_project).exclude(pk=asker.user.pk),
        option=as_option,
        searched=("shown_name",),
        least=Role.EXPERT,
    )
)
