"""What a filter can ask about regroupings: `taxon_group=5:12`, objects of group 12 of regrouping 5."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.projects.access import projects_seen_by
from annotations.projects.models import Project
from annotations.regroupings.membership import GroupMembership
from annotations.regroupings.models import Regrouping, RegroupingGroup
from annotations.regroupings.queries import taxa_in_use
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole

NONE = "none"  # in the place of a group: taxa that no row is about


@dataclass(frozen=True)
class GroupOfTaxa:
    regrouping: int
    group: int | None  # None: of no row

    def as_text(self) -> str:
        return f"{self.regrouping}:{self.group or NONE}"


def read_group(text: str, name: str) -> GroupOfTaxa:
    regrouping, colon, group = text.partition(":")
    if not colon:
        raise ValidationError(
            f"`{name}` is {text!r}, but takes a regrouping and its group as 5:12 or 5:none."
        )
    return GroupOfTaxa(whole(regrouping, name), None if group == NONE else whole(group, name))


def _sql(values: list[GroupOfTaxa], project_id: int) -> Sql:
    """By the taxa that objects of the project have: any of the groups may match."""
    taxa = taxa_in_use(Project(pk=project_id))
    matching: set[int] = set()
    for regrouping in {value.regrouping for value in values}:
        groups = {value.group for value in values if value.regrouping == regrouping}
        membership = _membership(regrouping, project_id, groups)
        matching |= {taxon for taxon, group in membership.groups_of(taxa).items() if group in groups}
    return "o.taxon_id = ANY(%s)", [sorted(matching)]


def _membership(number: int, project_id: int, groups: set[int | None]) -> GroupMembership:
    regrouping = Regrouping.objects.filter(pk=number, project=project_id).first()
    if regrouping is None:
        raise ValidationError(f"`taxon_group` is about regrouping {number}, but this project has none such.")
    membership = GroupMembership.of(regrouping)
    if missing := groups - {None} - set(membership.groups):
        raise ValidationError(f"`taxon_group`: {regrouping} has no group {missing.pop()}.")
    return membership


def _sentence(values: list[GroupOfTaxa]) -> str:
    regroupings = [value.regrouping for value in values]  # a group of another one is not for all to read
    named = RegroupingGroup.objects.filter(pk__in=[v.group for v in values], regrouping__in=regroupings)
    names = dict(named.values_list("pk", "name"))
    of = dict(Regrouping.objects.filter(pk__in=regroupings).values_list("pk", "name"))
    groups = (names.get(v.group, f"group {v.group}") if v.group else "not grouped" for v in values)
    return f"{', '.join(sorted(set(of.values())))}: {', '.join(groups)}"


def _may_use(value: GroupOfTaxa, user: User | None) -> bool:
    return (
        user is None
        or Regrouping.objects.filter(pk=value.regrouping, project__in=projects_seen_by(user)).exists()
    )


register(
    Condition(
        name="taxon_group",
        help="a group of a saved regrouping of taxa, by their numbers; `none` for taxa that no row of it is about",
        example="5:12",
        is_repeatable=True,
        read=read_group,
        sql=_sql,
        sentence=_sentence,
        may_use=_may_use,
    )
)
