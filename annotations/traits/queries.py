"""What is said of the traits of objects: now, and since when by whom."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson
from django.db import connection
from django.db.models import Q, QuerySet

from annotations.common.arrays import array_of
from annotations.common.stored import columns_of, instance_of
from annotations.pictures.keys import image_url
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait, TraitChange
from annotations.traits.tally import TALLIED
from annotations.traits.values import HIDDEN

NOW = """
SELECT o.id, COALESCE(v.version, 0), COALESCE(v.state, 'U'), v.choices, v.number, v.text, v.is_hidden, v.score,
       u.shown_name, v.model_id, v.set_at
FROM samples_object o
LEFT JOIN traits_traitvalue v ON v.object_id = o.id AND v.trait_id = %s
LEFT JOIN accounts_user u ON u.id = v.annotator_id
WHERE o.id = ANY(%s::bigint[]) ORDER BY o.id
"""

OF_OBJECTS = """
SELECT v.object_id, t.key, t.kind, v.version, v.state, v.choices, v.number, v.text, v.is_hidden, v.score,
       u.shown_name, v.model_id, v.set_at
FROM traits_traitvalue v JOIN traits_trait t ON t.id = v.trait_id
LEFT JOIN accounts_user u ON u.id = v.annotator_id
WHERE v.object_id = ANY(%s::bigint[]) AND v.state <> 'U' ORDER BY v.object_id, t.position, t.id
"""

HISTORY = """
SELECT c.id, c.batch_id, b.kind, b.created, u.shown_name, b.model_id, t.key, t.name, c.before, c.after, c.version
FROM traits_traitchange c JOIN traits_trait t ON t.id = c.trait_id JOIN labels_batch b ON b.id = c.batch_id
LEFT JOIN accounts_user u ON u.id = b.user_id
WHERE c.object_id = %s ORDER BY c.id DESC
"""

APPLIES = """(%s::boolean
     OR o.taxon_id IN (SELECT x.id FROM taxonomy_taxon x WHERE x.path && %s::bigint[]))
    AND (%s::bigint IS NULL OR EXISTS (
        SELECT FROM traits_traitvalue p WHERE p.object_id = o.id AND p.trait_id = %s AND p.state <> 'U'
        AND p.choices && %s::varchar[]))"""

# PostgreSQL thinks that all values of a trait are read sooner than some are looked up: so it is told when to look up.
# Of the two branches one runs.
FEW = "(SELECT count(*) * 5 < (SELECT sum(t.count) FROM traits_traittally t WHERE t.trait_id = trait.id) FROM asked)"
COUNTS = f"""
WITH asked AS MATERIALIZED (
    SELECT o.id FROM samples_object o WHERE {{applies}} AND o.project_id = %s AND {{condition}}
)
SELECT CASE WHEN state <> 'U' THEN choices END, CASE WHEN state <> 'U' THEN is_hidden END,
       COALESCE(state, 'U') AS seen, count(*)
FROM (SELECT %s::bigint AS id) trait, LATERAL (
    SELECT v.choices, v.is_hidden, v.state FROM asked LEFT JOIN LATERAL (
        SELECT * FROM traits_traitvalue WHERE object_id = asked.id AND trait_id = trait.id OFFSET 0
    ) v ON TRUE WHERE {FEW}
    UNION ALL
    SELECT v.choices, v.is_hidden, v.state FROM asked
    LEFT JOIN traits_traitvalue v ON v.object_id = asked.id AND v.trait_id = trait.id WHERE {FEW} IS NOT TRUE
) entry
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

EXAMPLES = f"""
SELECT e.trait_id, e.object_id, e.choice, i.key, i.width, i.height
FROM traits_traitexample e JOIN traits_trait t ON t.id = e.trait_id
{first_image("e.object_id")}
WHERE t.project_id = %s ORDER BY e.trait_id, e.choice, e.id
"""

APPLICABLE = """
SELECT t.id FROM traits_trait t
WHERE t.project_id = %(project)s AND t.is_active
AND (cardinality(t.applies_to || t.applies_to_names) = 0 OR EXISTS (
    SELECT FROM samples_object o JOIN taxonomy_taxon x ON x.id = o.taxon_id
    WHERE o.id = ANY(%(ids)s) AND x.path && t.applies_to))
AND (t.only_if_id IS NULL OR EXISTS (
    SELECT FROM traits_traitvalue p WHERE p.object_id = ANY(%(ids)s) AND p.trait_id = t.only_if_id
    AND p.state <> 'U' AND p.choices && t.only_if_choices))
ORDER BY t.position, t.id
"""


def examples(project_id: int) -> dict[int, list[dict]]:
    """trait → objects that show it: {object, choice, url, width, height}, by choice."""
    by_trait: dict[int, list[dict]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLES, [project_id])
        for trait, object_id, choice, key, width, height in cursor.fetchall():
            shape = {"url": image_url(key), "width": width, "height": height}
            by_trait[trait].append({"object": object_id, "choice": choice, **shape})
    return by_trait


def vocabulary(project_id: int) -> QuerySet[Trait]:
    """The traits whose values can be set, in the order of the vocabulary."""
    return Trait.objects.filter(project=project_id, is_active=True).select_related("only_if")


def offered_traits(project_id: int) -> list[Trait]:
    """As `vocabulary`, for pages that ask of none under which condition it applies."""
    with connection.cursor() as cursor:
        cursor.execute(_offered(), [project_id])
        return [instance_of(Trait, row) for row in cursor.fetchall()]


@cache
def _offered() -> str:
    columns = columns_of(Trait, "t")
    return f"SELECT {columns} FROM traits_trait t WHERE t.project_id = %s AND t.is_active ORDER BY t.position, t.id"


def pending_names_of(project: Project, traits: Iterable[Trait]) -> dict[int, Any]:
    """The names that the site does not know, to which these traits apply: rows of taxon_matching.PendingName."""
    return project.pending_names.in_bulk({name for trait in traits for name in trait.applies_to_names})


def applicable(project_id: int, object_ids: list[int]) -> list[int]:
    """The traits that apply to one of the objects at least."""
    with connection.cursor() as cursor:
        cursor.execute(APPLICABLE, {"project": project_id, "ids": object_ids})
        return [row[0] for row in cursor.fetchall()]


def applicable_to(project_id: int, taxon: Taxon) -> QuerySet[Trait]:
    """The traits that apply to objects of the taxon, whatever has been said of other traits."""
    to_all = Q(applies_to=[], applies_to_names=[])
    return vocabulary(project_id).filter(to_all | Q(applies_to__overlap=taxon.path))


def values_now(trait_id: int, ids: list[int]) -> list[dict]:
    """The trait's value of each of the objects; `value` is None where nobody has looked."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, [trait_id, array_of(ids)])
        return [
            {"id": object_id, "trait": trait_id, "version": version, **_entry(*rest)}
            for object_id, version, *rest in cursor.fetchall()
        ]


def traits_of(object_ids: list[int]) -> dict[int, dict[str, dict]]:
    """For each object, by key, what is said of its traits; no entry for what nobody has looked at."""
    by_object: dict[int, dict[str, dict]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(OF_OBJECTS, [array_of(object_ids)])
        for object_id, key, _, version, *rest in cursor.fetchall():
            by_object[object_id][key] = {"version": version, **_entry(*rest)}
    return by_object


def trait_history(object_id: int) -> list[dict]:
    """Every change of every trait of the object, newest first: who or which model, when, from what to what."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [object_id])
        return [
            {
                "id": change,
                "batch": batch,
                "kind": kind,
                "when": when,
                "user": user,
                "model": model,
                "trait": {"key": key, "name": name},
                "from": _logged(before),
                "to": _logged(after),
                "version": version,
            }
            for change, batch, kind, when, user, model, key, name, before, after, version in cursor.fetchall()
        ]


def applying(trait: Trait) -> tuple[str, list]:
    """A condition over samples_object `o`: the trait applies to it."""
    condition = [trait.only_if_id, trait.only_if_id, trait.only_if_choices]
    return APPLIES, [trait.applies_to_all, trait.applies_to, *condition]


def is_of_traits(batch: int) -> bool:
    """Whether the batch of that number changed traits, with labels or without."""
    return TraitChange.objects.filter(batch=batch).exists()


def counts_of(trait: Trait, criteria: Filter) -> list[dict]:
    """Of the objects that match: how many have each value, in each state.

    Values of a trait that is chosen from a list; numbers and texts count as one, `seen`. Where the trait does not
    apply, nothing is counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_counting(trait, criteria))
        rows = cursor.fetchall()
    return [{"value": _counted(*value), "state": State(state).word, "count": n} for *value, state, n in rows]


def _counting(trait: Trait, criteria: Filter) -> tuple[str, list]:
    if criteria == Filter() and trait.applies_to_all and trait.only_if_id is None:
        return TALLIED, [trait.pk, trait.project_id]
    applies, its_params = applying(trait)
    condition, params = criteria.where(trait.project_id)
    counting = COUNTS.format(applies=applies, condition=condition)
    return counting, [*its_params, trait.project_id, *params, trait.pk]


def _counted(choices: list[str] | None, is_hidden: bool | None) -> object:
    if is_hidden:
        return HIDDEN
    return choices


def _entry(state, choices, number, text, is_hidden, score, annotator, model, set_at) -> dict:
    return {
        "value": None if state == State.UNCLASSIFIED else _value(choices, number, text, is_hidden),
        "state": State(state).word,
        "score": score,
        "annotator": annotator,
        "model": model,
        "when": set_at,
    }


def _logged(text: str | None) -> dict:
    if text is None:
        return {"value": None, "state": State.UNCLASSIFIED.word}
    entry = orjson.loads(text)
    value = _value(entry["choices"], entry["number"], entry["text"], entry["hidden"])
    return {"value": value, "state": State(entry["state"]).word}


def _value(choices: list[str], number: float | None, text: str, is_hidden: bool) -> object:
    """As `Value.as_json`."""
    if is_hidden:
        return HIDDEN
    if number is not None:
        return int(number) if float(number).is_integer() else number
    return text or choices
