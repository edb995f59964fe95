"""From what a regrouping may start: each as the value of a menu, and as the rows that it gives."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.projects.access import projects_seen_by
from annotations.projects.models import Project
from annotations.regroupings.models import OtherTaxa, Regrouping
from annotations.regroupings.queries import ranks_of, regroupings_of, taxa_in_use
from annotations.regroupings.rows import LONGEST
from annotations.taxon_traits.models import TaxonTrait
from annotations.taxon_traits.queries import values_by_taxon
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of

MOST_COPIED = 100  # regroupings of other projects that are offered


@dataclass(frozen=True)
class StartingRows:
    rows: dict[int, str] = field(default_factory=dict)  # name of the group by taxon
    left_out: set[str] = field(default_factory=set)
    others: OtherTaxa = OtherTaxa.TOGETHER
    source: str = ""  # how it was made, in words

    def as_fields(self) -> dict[str, Any]:
        """What `create_regrouping` takes."""
        return dict(vars(self))


def starts_for(project: Project, user: User) -> list[tuple[str, str]]:
    """(value, what a person reads) of all from which one may start."""
    return [
        ("taxa", "each taxon of the project by itself, as EcoTaxa does"),
        *((f"rank:{rank}", f"the rank {rank}") for rank in ranks_of(project)),
        *(
            (f"trait:{number}", f"the trait of taxa “{name}”")
            for number, name in TaxonTrait.objects.values_list("pk", "name")
        ),
        *((f"copy:{each.pk}", f"a copy of {each}") for each in regroupings_of(project)),
        *(
            (f"copy:{each.pk}", f"a copy of {each} of {each.project}")
            for each in _of_others(project, user)[:MOST_COPIED]
        ),
        ("nothing", "nothing: by hand"),
    ]


def starting_rows(project: Project, start: str) -> StartingRows:
    """`start` is one of the values that `starts_for` offers the person."""
    kind, _, key = start.partition(":")
    match kind:
        case "rank":
            return StartingRows(_by_rank(project, key), others=OtherTaxa.APART, source=f"from the rank {key}")
        case "trait":
            return _by_trait(TaxonTrait.objects.get(pk=key))
        case "copy":
            return _copied(Regrouping.objects.select_related("project").get(pk=key))
        case "taxa":
            return StartingRows(names_of(set(taxa_in_use(project))), source="from the project’s taxa")
    return StartingRows()


def _of_others(project: Project, user: User) -> list[Regrouping]:
    others = Regrouping.objects.filter(project__in=projects_seen_by(user), is_retired=False)
    return list(others.exclude(project=project).select_related("project").order_by("project__title", "name"))


def _by_rank(project: Project, rank: str) -> dict[int, str]:
    """The taxa of the rank that are above the project's, each a group of its name."""
    paths = Taxon.objects.filter(pk__in=taxa_in_use(project)).values_list("path", flat=True)
    above = {taxon for path in paths for taxon in path}
    ranked = Taxon.objects.filter(pk__in=above, rank__iexact=rank)
    return dict(ranked.values_list("pk", "display_name"))


def _by_trait(trait: TaxonTrait) -> StartingRows:
    rows = {taxon: trait.in_words(value)[:LONGEST] for taxon, value in values_by_taxon(trait).items()}
    if not rows:
        raise ValidationError(f"The site has no taxon that {trait} is about: match its names first.")
    return StartingRows(rows, source=f"from {trait}: {trait.source}")


def _copied(regrouping: Regrouping) -> StartingRows:
    rows = dict(regrouping.rows.values_list("taxon", "group__name"))
    left_out = set(regrouping.groups.filter(is_left_out=True).values_list("name", flat=True))
    source = f"from {regrouping} of {regrouping.project}, revision {regrouping.revision}"
    return StartingRows(rows, left_out, OtherTaxa(regrouping.others), source)
