"""What taxa count for where figures are told apart: themselves, their ancestors of a rank, or the groups of a saved
regrouping. Beside the numbers of taxa stand those of groups, below zero."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.projects.models import Project
from annotations.regroupings.conditions import GroupOfTaxa
from annotations.regroupings.membership import GroupMembership
from annotations.regroupings.models import OtherTaxa, Regrouping
from annotations.regroupings.queries import taxa_in_use
from annotations.taxonomy.levels import lifted
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of

NOT_GROUPED = -(2**62)


class TaxonTargets:
    """At one moment. Raises ValidationError for a regrouping that the project has not."""

    def __init__(self, project: Project, rank: str, regrouping: int | None):
        self.rank = rank
        self.membership = membership_of(project, regrouping) if regrouping else None

    def targets(self, taxa: Collection[int]) -> dict[int, int | None]:
        """taxon → the taxon, or the group below zero, that it counts for; None where results leave it out."""
        ranked = lifted(taxa, self.rank)
        if self.membership is None:
            return dict(ranked)
        groups = self.membership.groups_of(taxa)
        return {taxon: self._target(ranked[taxon], groups[taxon]) for taxon in taxa}

    def names(self, targets: Iterable[int]) -> dict[int, str]:
        numbers = set(targets)
        groups = self.membership.groups if self.membership else {}
        of_groups = {-number: group.name for number, group in groups.items()} | {NOT_GROUPED: "not grouped"}
        named = {target: name for target, name in of_groups.items() if target in numbers}
        return named | names_of({target for target in numbers if target > 0})

    def _target(self, taxon: int, group: int | None) -> int | None:
        assert self.membership is not None
        if self.membership.is_left_out(group):
            return None
        if group is not None:
            return -group
        return NOT_GROUPED if self.membership.others == OtherTaxa.TOGETHER else taxon


@dataclass(frozen=True)
class CountedTaxa:
    """Of a project's taxa what each counts for, with the names of these; what is left out lacks. `ranked`: the taxa at
    the rank, each with all below it."""

    targets: Mapping[int, int]
    names: Mapping[int, str]
    ranked: frozenset[int]
    rank: str
    regrouping: int | None

    def key(self, target: int | None) -> int | str | None:
        """As tables have it: of a group what the filter's `taxon_group` takes."""
        return target if target is None else group_text(self.regrouping, target) or target


def counted_taxa(project: Project, rank: str, regrouping: int | None) -> CountedTaxa:
    """Raises ValidationError for a regrouping that the project has not."""
    apart = TaxonTargets(project, rank, regrouping)
    every = apart.targets(taxa_in_use(project))
    targets = {taxon: target for taxon, target in every.items() if target is not None}
    names = apart.names(targets.values())
    ranked = (
        Taxon.objects.filter(pk__in=targets.values(), rank__iexact=rank) if rank else Taxon.objects.none()
    )
    return CountedTaxa(targets, names, frozenset(ranked.values_list("pk", flat=True)), rank, regrouping)


def counted_groups(project: Project, regrouping: int | None) -> list[str] | None:
    """What the filter's `taxon_group` takes for all that results count; None where they leave out nothing."""
    if regrouping is None:
        return None
    membership = membership_of(project, regrouping)
    groups: list[int | None] = [None, *membership.groups]
    counted = [group for group in groups if not membership.is_left_out(group)]
    if len(counted) == len(groups):
        return None
    return [GroupOfTaxa(regrouping, group).as_text() for group in counted]


def narrowed_to(groups: list[str], before: Collection[str] | None) -> list[str] | None:
    """`groups` of one regrouping and those that a filter asks for already, as one `taxon_group`; None where no filter
    can ask for both: of another regrouping, or of none that counts."""
    if not before:
        return groups or None
    regrouping = groups[0].partition(":")[0] if groups else ""
    if any(text.partition(":")[0] != regrouping for text in before):
        return None
    return [text for text in groups if text in before] or None


def group_text(regrouping: int | None, target: int) -> str | None:
    """What the filter's `taxon_group` takes for a group; None for a taxon."""
    if target >= 0 or regrouping is None:
        return None
    return GroupOfTaxa(regrouping, None if target == NOT_GROUPED else -target).as_text()


def membership_of(project: Project, number: int) -> GroupMembership:
    regrouping = Regrouping.objects.filter(project=project, pk=number).first()
    if regrouping is None:
        raise ValidationError(f"`regrouping` is {number}, but the project has none such.")
    return GroupMembership.of(regrouping)
