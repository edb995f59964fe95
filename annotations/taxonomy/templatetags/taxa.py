from django import template

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.taxonomy import creating
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import in_use

register = template.Library()
RANKS = ["kingdom", "phylum", "class", "order", "family", "genus", "species"]


@register.simple_tag
def may_create_taxa(user: User, project: Project | None = None) -> bool:
    """Whether the person may make taxa, for this project or, where there is none, at all."""
    return creating.may_create_taxa(user, project)


@register.filter
def quick_taxa_in_use(preferences: dict) -> dict:
    """A person's preferences; quick keys of taxa that were merged give what those became."""
    quick = preferences.get("quick", {})
    became = in_use(taxon["id"] for taxon in quick.values() if isinstance(taxon.get("id"), int))
    names = names_of({new for old, new in became.items() if new != old})
    current = {
        key: {"id": became[taxon["id"]], "name": names[became[taxon["id"]]]}
        for key, taxon in quick.items()
        if became.get(taxon.get("id")) in names
    }
    return preferences | {"quick": quick | current}


@register.simple_tag
def ranks() -> list[str]:
    """Those that a form proposes; others can be typed."""
    return RANKS
