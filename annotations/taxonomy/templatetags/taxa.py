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
    """Whether the person may make taxa, for this project, which is open to them, or, where there is none, at all."""
    if project is None or not hasattr(project, "role"):
        return creating.may_create_taxa(user, project)
    return user.is_superuser or creating.creates_taxa(project.role)


@register.filter
def quick_taxa_in_use(preferences: dict) -> dict:
    """A person's preferences; quick keys of taxa that were merged give what those became."""
    quick = preferences.get("quick")
    if not isinstance(quick, dict):  # they are the person's own, and may be anything
        return preferences
    taxa = {key: taxon["id"] for key, taxon in quick.items() if _is_taxon(taxon)}
    became = in_use(taxa.values())
    names = names_of({new for old, new in became.items() if new != old})
    current = {
        key: {"id": became[old], "name": names[became[old]]}
        for key, old in taxa.items()
        if became[old] in names
    }
    return preferences | {"quick": quick | current}


def _is_taxon(entry: object) -> bool:
    return isinstance(entry, dict) and type(entry.get("id")) is int and 0 < entry["id"] < 2**63


@register.simple_tag
def ranks() -> list[str]:
    """Those that a form proposes; others can be typed."""
    return RANKS
