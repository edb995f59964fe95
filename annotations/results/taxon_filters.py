"""From what taxa count for in results to the filter that lets through exactly the objects."""

from collections.abc import Collection, Mapping

from annotations.projects.models import Project
from annotations.regroupings.counted_taxa import counted_groups, group_text, narrowed_to
from annotations.results.counting import CountingQuery


def own_number(target: int) -> int | None:
    """Of a taxon; None for a group."""
    return target if target >= 0 else None


def taxon_as_dict(query: CountingQuery, target: int, name: str) -> dict[str, object]:
    """As the API has it."""
    return {"id": own_number(target), "name": name, "taxon_group": group_text(query.regrouping, target)}


def filter_of(query: CountingQuery, targets: Collection[int]) -> Mapping[str, object] | None:
    """What of a filter lets through the objects that count for these; None where none can: for taxa at a rank, and for
    groups together with taxa."""
    groups = [text for target in targets if (text := group_text(query.regrouping, target))]
    if not groups:
        return None if query.rank else {"taxon": [target or "none" for target in targets], "descendants": 0}
    before = query.criteria.as_dict().get("taxon_group")
    if len(groups) < len(targets) or (before and not set(groups) <= set(before)):
        return None
    return {"taxon_group": groups}


def filter_of_counted(query: CountingQuery, project: Project) -> Mapping[str, object] | None:
    """What lets through all that a regrouping does not leave out; empty where it leaves out nothing, None where no
    filter can ask for it beside what this one asks for."""
    groups = counted_groups(project, query.regrouping)
    if groups is None:
        return {}
    counted = narrowed_to(groups, query.criteria.as_dict().get("taxon_group"))
    return None if counted is None else {"taxon_group": counted}
