"""Which group of a regrouping taxa count for: that of the nearest row above them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from annotations.regroupings.models import GroupedTaxon, OtherTaxa, Regrouping, RegroupingGroup
from annotations.taxonomy.inheritance import stated_above


@dataclass(frozen=True)
class GroupMembership:
    """Of one regrouping at one moment; `by_taxon` has the number of the group of each row's taxon."""

    number: int
    others: OtherTaxa
    groups: Mapping[int, RegroupingGroup]
    by_taxon: Mapping[int, int]

    @classmethod
    def of(cls, regrouping: Regrouping) -> "GroupMembership":
        rows = GroupedTaxon.objects.filter(regrouping=regrouping).values_list("taxon", "group")
        groups = {group.pk: group for group in regrouping.groups.all()}
        # a group that was made between the two statements has no rows yet
        by_taxon = {taxon: group for taxon, group in rows.iterator() if group in groups}
        return cls(regrouping.pk, OtherTaxa(regrouping.others), groups, by_taxon)

    def groups_of(self, taxa: Collection[int]) -> dict[int, int | None]:
        """taxon → number of its group; None where no row is about it."""
        rows = stated_above(self.by_taxon, taxa)
        return {taxon: None if row is None else self.by_taxon[row] for taxon, row in rows.items()}

    def is_left_out(self, group: int | None) -> bool:
        return self.others == OtherTaxa.LEFT_OUT if group is None else self.groups[group].is_left_out
