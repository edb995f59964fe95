"""A filter in words, as chips and logs have it."""

from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.search.filter import NO_TAXON, Filter
from annotations.taxonomy.queries import names_of


def in_words(project: Project, criteria: Filter) -> list[tuple[str, str]]:
    """Of each condition its name and what it asks, as `("sample", "m106_mn01")`."""
    words = []
    if criteria.state:
        words.append(("state", ", ".join(state.word for state in criteria.state)))
    names = names_of({taxon for taxon in criteria.taxon if taxon != NO_TAXON})
    if criteria.taxon:
        taxa = ", ".join(names.get(taxon, "without taxon") for taxon in criteria.taxon)
        words.append(("taxon", taxa if criteria.descendants or not names else f"{taxa} only"))
    if criteria.sample:
        samples = Sample.objects.filter(project=project, pk__in=criteria.sample)
        words.append(("sample", ", ".join(map(readable_id, samples.values_list("original_id", flat=True)))))
    return words + [(condition.name, str(condition)) for condition in criteria.conditions]


def filter_words(project: Project, criteria: Filter) -> list[str]:
    """What each condition asks, for sentences and logs; nothing where the filter lets all through."""
    return [text for _, text in in_words(project, criteria)]
