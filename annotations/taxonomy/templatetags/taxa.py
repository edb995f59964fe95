from django import template

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.taxonomy import creating

register = template.Library()
RANKS = ["kingdom", "phylum", "class", "order", "family", "genus", "species"]


@register.simple_tag
def may_create_taxa(user: User, project: Project | None = None) -> bool:
    """Whether the person may make taxa, for this project or, where there is none, at all."""
    return creating.may_create_taxa(user, project)


@register.simple_tag
def ranks() -> list[str]:
    """Those that a form proposes; others can be typed."""
    return RANKS
