"""A regrouping stays with its project when objects go to another one, where it can be copied."""

from annotations.regroupings.models import GroupedTaxon, Regrouping, RegroupingEdit, RegroupingGroup
from annotations.samples.following import stays

stays(
    Regrouping,
    RegroupingGroup,
    GroupedTaxon,
    RegroupingEdit,
    reason="about taxa, not about objects: the other project copies it where it wants the same groups",
)
