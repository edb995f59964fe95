"""Who sees which learning set, and what one that is not frozen yet would hold."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import connection

from annotations.accounts.models import User
from annotations.learning.sets.plan import Pair, Plan, make_plan
from annotations.learning.sets.recipe import Recipe
from annotations.learning.sets.rows import SqlCondition
from annotations.learning.sets.trait_columns import can_be_learnt
from annotations.pictures.keys import image_url
from annotations.samples.models import State
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.traits.models import Trait

COUNTED = """
SELECT o.taxon_id, count(*) FROM samples_object o
WHERE o.project_id = %s AND o.state = %s AND ({condition}) GROUP BY 1
"""
TALLIED = """
SELECT taxon_id, sum(count)::bigint FROM labels_tally
WHERE project_id = %s AND state = %s AND {condition} GROUP BY 1 HAVING sum(count) <> 0
"""
LABEL_OF = "unnest(%s::bigint[], %s::bigint[]) AS label_of (taxon, label)"
SAMPLES_COUNTED = f"""
SELECT label_of.label, count(DISTINCT o.sample_id) FROM samples_object o JOIN {LABEL_OF} ON label_of.taxon = o.taxon_id
WHERE o.project_id = %s AND o.state = 'V' AND ({{condition}}) GROUP BY GROUPING SETS ((1), ())
"""
SAMPLES_TALLIED = f"""
SELECT label, count(DISTINCT sample_id) FROM (
    SELECT label_of.label, t.sample_id FROM labels_tally t JOIN {LABEL_OF} ON label_of.taxon = t.taxon_id
    WHERE t.project_id = %s AND t.state = 'V' AND {{condition}} GROUP BY 1, 2 HAVING sum(t.count) > 0
) AS held GROUP BY GROUPING SETS ((1), ())
"""
SCORED = """
SELECT v.trait_id, count(*) FROM traits_traitvalue v JOIN samples_object o ON o.id = v.object_id
WHERE v.trait_id = ANY(%s) AND v.state = 'V' AND NOT v.is_hidden
  AND o.project_id = %s AND o.state = 'V' AND ({condition}) GROUP BY 1
"""
SHEET = f"""
SELECT o.id, i.key, i.width, i.height FROM samples_object o
{first_image("o.id")}
WHERE o.project_id = %s AND o.taxon_id = ANY(%s) AND o.state = 'V' AND ({{condition}})
ORDER BY hashint8extended(o.id, %s), o.id LIMIT %s
"""
PICTURES = f"""
SELECT o.id, o.project_id, o.taxon_id, i.key, i.width, i.height FROM samples_object o
{first_image("o.id")}
WHERE o.id = ANY(%s) AND o.project_id = ANY(%s)
"""
ON_A_SHEET = 12


# --- What a recipe would give -----------------------------------------------------------------------------------------


@dataclass
class SetPreview:
    plan: Plan
    learnt: dict[int, int]  # objects of each label, after the caps
    samples: dict[int, int]  # of each label
    all_samples: int
    machine: int = 0  # at most, what rules have labelled besides

    @property
    def objects(self) -> int:
        return sum(self.learnt.values())


def conditions_of(recipe: Recipe, user: User | None) -> dict[int, SqlCondition]:
    """By project, SQL for what matches its filter, as `user` may ask for it."""
    filters = {source.project: Filter.parse(source.filter, user) for source in recipe.sources}
    return {project: criteria.narrowed(project).where(project) for project, criteria in filters.items()}


def preview(recipe: Recipe, user: User | None) -> SetPreview:
    """Counts without freezing. Objects without an image are counted, too: they fall away at the end."""
    counts = countable(recipe, user)
    recipe = recipe.in_use({taxon for _, taxon in counts})
    plan = make_plan(recipe, counts)
    samples, all_samples = _samples(recipe, plan, user)
    machine = _machine_validated(recipe, plan, user) if recipe.machine_weight else 0
    return SetPreview(plan, plan.learnt(recipe), samples, all_samples, machine)


def _machine_validated(recipe: Recipe, plan: Plan, user: User | None) -> int:
    """Those of the taxa that are learnt; the split and caps leave out some."""
    counts = countable(recipe, user, State.MACHINE_VALIDATED)
    return sum(count for pair, count in counts.items() if pair in plan.labels)


def countable(recipe: Recipe, user: User | None, state: State = State.VALIDATED) -> dict[Pair, int]:
    """Objects in that state that match, by project and taxon."""
    counts: dict[Pair, int] = {}
    for source in recipe.sources:
        criteria = Filter.parse(source.filter, user)
        leading = [source.project, state.value]
        query, params = _counting(criteria, source.project, COUNTED, TALLIED, leading, state)
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            counts |= {
                (source.project, taxon): count for taxon, count in cursor.fetchall() if taxon is not None
            }
    return counts


def _samples(recipe: Recipe, plan: Plan, user: User | None) -> tuple[dict[int, int], int]:
    """How many samples each label is from, and how many there are. No sample is of two projects."""
    samples: Counter = Counter()
    for source in recipe.sources:
        labels = {
            taxon: label for (project, taxon), label in plan.labels.items() if project == source.project
        }
        criteria = Filter.parse(source.filter, user)
        leading = [list(labels), list(labels.values()), source.project]
        query, params = _counting(criteria, source.project, SAMPLES_COUNTED, SAMPLES_TALLIED, leading)
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            samples.update(dict(cursor.fetchall()))
    total = samples.pop(None, 0)
    return dict(samples), total


def _counting(
    criteria: Filter,
    project: int,
    counted: str,
    tallied: str,
    leading: list,
    state: State = State.VALIDATED,
) -> tuple[str, list]:
    """From the tally where it can answer: a preview follows each key that is pressed."""
    if not criteria.is_tallied:
        condition, params = criteria.narrowed(project).where(project)
        return counted.format(condition=condition), [*leading, *params]
    parts: list[tuple[str, list]] = []
    if criteria.taxon:
        parts.append(("taxon_id = ANY(%s)", [criteria.taxa]))
    if criteria.sample:
        parts.append(("sample_id = ANY(%s)", [list(criteria.sample)]))
    if criteria.state and state not in criteria.state:
        parts.append(("FALSE", []))
    condition = " AND ".join(text for text, _ in parts) or "TRUE"
    return tallied.format(condition=condition), [
        *leading,
        *(value for _, values in parts for value in values),
    ]


def traits_to_learn(recipe: Recipe, user: User | None) -> list[dict]:
    """What can be learnt of the projects' traits, as {key, name, kind, count}: objects with a validated value."""
    by_key: dict[str, list[Trait]] = defaultdict(list)
    for trait in Trait.objects.filter(project__in=recipe.projects).order_by("project", "position", "id"):
        by_key[trait.key].append(trait)
    ids = [trait.pk for traits in by_key.values() for trait in traits]
    counts: Counter = Counter()
    for project, (condition, params) in conditions_of(recipe, user).items() if ids else ():
        with connection.cursor() as cursor:
            cursor.execute(SCORED.format(condition=condition), [ids, project, *params])
            counts.update(dict(cursor.fetchall()))
    return [
        {
            "key": key,
            "name": traits[0].name,
            "kind": traits[0].get_kind_display(),
            "count": sum(counts[trait.pk] for trait in traits),
        }
        for key, traits in by_key.items()
        if can_be_learnt(traits)
    ]


def sheet(recipe: Recipe, label: int, user: User | None) -> list[dict]:
    """Some vignettes of what would be learnt as the label, drawn by the recipe's seed, as {id, project, url, …}."""
    labels = make_plan(recipe, countable(recipe, user)).labels
    pictures = []
    for project, (condition, params) in conditions_of(recipe, user).items():
        taxa = [taxon for (of, taxon), end in labels.items() if of == project and end == label]
        with connection.cursor() as cursor:
            cursor.execute(
                SHEET.format(condition=condition), [project, taxa, *params, recipe.seed, ON_A_SHEET]
            )
            pictures += [
                {"id": row, "project": project, "url": image_url(key), "width": width, "height": height}
                for row, key, width, height in cursor.fetchall()
            ]
    return pictures[:ON_A_SHEET] if len(recipe.sources) == 1 else _by_turns(pictures)[:ON_A_SHEET]


def _by_turns(pictures: list[dict]) -> list[dict]:
    """One of each project after the other."""
    turns: Counter = Counter()
    placed = []
    for picture in pictures:
        turns[picture["project"]] += 1
        placed.append((turns[picture["project"]], picture))
    return [picture for _, picture in sorted(placed, key=lambda entry: entry[0])]


def pictures_of(objects: list[int], projects: list[int]) -> dict[int, dict]:
    """{object: {project, taxon, url, width, height}} of those objects that are in the projects and have an image."""
    with connection.cursor() as cursor:
        cursor.execute(PICTURES, [objects, projects])
        return {
            row: {
                "id": row,
                "project": project,
                "taxon": taxon,
                "url": image_url(key),
                "width": width,
                "height": height,
            }
            for row, project, taxon, key, width, height in cursor.fetchall()
        }
