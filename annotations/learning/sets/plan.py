"""What becomes of each taxon: learnt as itself or as another one, or left out, and why."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import connection

from annotations.learning.sets.recipe import LEAST_PER_TAXON, LEAVE_OUT, Recipe
from annotations.taxonomy.queries import learnt_as

Pair = tuple[int, int]  # project, taxon


@dataclass
class Plan:
    """`labels` says what the objects of a (project, taxon) are learnt as; what is not in it is not learnt."""

    labels: dict[Pair, int]
    sizes: Counter  # objects of each label, before any cap
    by_rule: set[int] = field(default_factory=set)  # taxa that a project's rules leave out
    too_rare: dict[int, int] = field(default_factory=dict)  # labels left out: how many objects they have
    fallen: dict[int, int] = field(default_factory=dict)  # rare labels: the ancestor that they are learnt as

    @property
    def grouped(self) -> set[tuple[int, int]]:
        """(taxon, what it is learnt as) where that is another one."""
        return {(taxon, label) for (_, taxon), label in self.labels.items() if taxon != label}

    def learnt(self, recipe: Recipe) -> dict[int, int]:
        """Objects of each label that are learnt, at most as many as its cap allows."""
        return {label: min(size, recipe.most_of(label) or size) for label, size in self.sizes.items()}


def make_plan(recipe: Recipe, counts: Mapping[Pair, int]) -> Plan:
    """`counts` are the objects of each (project, taxon) that could be learnt from."""
    recipe = recipe.in_use({taxon for _, taxon in counts})
    rules = learnt_as(counts)
    ruled = {pair: rules.get(pair, pair[1]) for pair in counts}
    labels = {pair: _chosen(recipe, pair[1], label) for pair, label in ruled.items() if label is not None}
    plan = Plan(
        labels={pair: label for pair, label in labels.items() if label is not None},
        sizes=Counter(),
        by_rule={pair[1] for pair, label in ruled.items() if label is None},
    )
    for pair, label in plan.labels.items():
        plan.sizes[label] += counts[pair]
    _settle_rare(recipe, plan)
    return plan


def _chosen(recipe: Recipe, taxon: int, label: int) -> int | None:
    """By the person's choice; None for what is not learnt."""
    if recipe.taxa is not None and not recipe.taxa & {taxon, label}:
        return None
    into = recipe.merged(taxon if taxon in recipe.merge else label)
    return None if recipe.leave_out & {taxon, label, into} else into


def _settle_rare(recipe: Recipe, plan: Plan) -> None:
    """Deepest first, so that what falls to an ancestor counts there before it is asked whether that is too rare."""
    least = max(recipe.least_per_taxon, LEAST_PER_TAXON)
    before = dict(plan.sizes)
    rare: dict[int, int] = {}
    paths = lineages(plan.sizes)
    waiting = sorted(plan.sizes, key=lambda label: (-len(paths[label]), label))
    while waiting:
        label = waiting.pop(0)
        if plan.sizes[label] >= least:
            continue
        above = _above(recipe, plan, paths[label])
        if above is None:
            rare[label] = plan.sizes.pop(label)
            continue
        if above not in plan.sizes:
            plan.sizes[above] = rare.pop(above, 0)
            paths |= lineages([above])
            waiting = sorted([*waiting, above], key=lambda label: (-len(paths[label]), label))
        plan.sizes[above] += plan.sizes.pop(label)
        plan.fallen[label] = above
    ends = {label: _end(plan.fallen, label) for label in before}
    plan.labels = {pair: ends[label] for pair, label in plan.labels.items() if ends[label] in plan.sizes}
    plan.fallen = {label: end for label, end in ends.items() if label != end and end in plan.sizes}
    plan.too_rare = {label: before[label] for label, end in ends.items() if end not in plan.sizes}


def _above(recipe: Recipe, plan: Plan, path: list[int]) -> int | None:
    """The ancestor that a rare label falls to; None where it is left out. The root says nothing of what it holds."""
    if recipe.rest == LEAVE_OUT or len(path) < 3:
        return None
    above = _end(plan.fallen, recipe.merged(path[-2]))
    return None if above in recipe.leave_out or above == path[-1] else above


def _end(fallen: dict[int, int], label: int) -> int:
    while label in fallen:
        label = fallen[label]
    return label


def lineages(taxa: Collection[int]) -> dict[int, list[int]]:
    """For each taxon its path from the root down to itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, path FROM taxonomy_taxon WHERE id = ANY(%s)", [list(taxa)])
        return {taxon: list(path) for taxon, path in cursor.fetchall()}
