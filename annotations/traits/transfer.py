"""How values of traits follow objects to another project: it adopts the traits that it lacks, under the same keys."""

from collections.abc import Sequence

from django.db import connection

from annotations.labels.transfer import CHANGED, TOUCHED, count_changes, hold_chains, split_batches
from annotations.samples.following import (
    AFTER,
    BEFORE,
    CHECKS,
    HOLDS,
    Conflict,
    Following,
    Selection,
    Transfer,
    comes_along,
    people_within,
    stays,
)
from annotations.taxonomy.models import Taxon
from annotations.traits.models import (
    Trait,
    TraitChange,
    TraitExample,
    TraitTally,
    TraitValue,
    VocabularyVersion,
)
from annotations.traits.restoring import restore_vocabulary
from annotations.traits.vocabulary import vocabulary_as_json

# with those that they depend on
USED = """
WITH RECURSIVE used AS (
    SELECT t.id, t.only_if_id FROM traits_trait t WHERE t.project_id = %s AND (
        EXISTS (SELECT FROM traits_traitvalue v WHERE v.trait_id = t.id AND v.object_id IN ({objects}))
        OR EXISTS (SELECT FROM traits_traitchange c WHERE c.trait_id = t.id AND c.object_id IN ({objects}))
        OR EXISTS (SELECT FROM traits_traitexample e WHERE e.trait_id = t.id AND e.object_id IN ({objects})))
    UNION
    SELECT t.id, t.only_if_id FROM used JOIN traits_trait t ON t.id = used.only_if_id
)
SELECT id FROM used
"""
CHOSEN = "SELECT m.old FROM moved_ids m WHERE m.kind = 'object'"
NOTE = """
INSERT INTO moved_ids (kind, old, new)
SELECT 'trait', s.id, t.id FROM traits_trait s JOIN traits_trait t ON t.project_id = %s AND t.key = s.key
WHERE s.id = ANY(%s)
"""
# what was asked for names a trait by its number
DETAILS = """
UPDATE labels_batch b SET details = jsonb_set(b.details, '{trait}', to_jsonb(t.new))
FROM moved_ids n, moved_ids t
WHERE n.kind = 'batch' AND n.new = b.id AND b.kind = 'trait' AND b.origin_id IS NOT NULL
AND t.kind = 'trait' AND b.details -> 'trait' = to_jsonb(t.old)
"""


def check_traits(selection: Selection) -> list[Conflict]:
    if selection.transfer.target.is_bin:  # nobody defines traits there
        return []
    used = _used(selection.transfer, selection.sql, selection.params)
    present = {trait.key: trait for trait in Trait.objects.filter(project=selection.transfer.target)}
    return [
        conflict
        for trait in used
        if (conflict := _waits(trait) if trait.key not in present else _differs(trait, present[trait.key]))
    ]


def _used(transfer: Transfer, objects: str, params: list) -> list[Trait]:
    with connection.cursor() as cursor:
        cursor.execute(USED.format(objects=objects), [transfer.source.pk, *params, *params, *params])
        return list(
            Trait.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]).order_by("position", "id")
        )


def _waits(trait: Trait) -> Conflict | None:
    if not trait.applies_to_names:
        return None
    remedy = "It applies to names that the site does not know yet: settle these first."
    return Conflict("Trait", trait.name, remedy=remedy)


def _differs(trait: Trait, there: Trait) -> Conflict | None:
    for field in ("kind", "unit"):
        if getattr(trait, field) != getattr(there, field):
            remedy = (
                f"The {field} of one key can't be two: leave the objects with this trait out of the filter."
            )
            here = getattr(trait, field) or "none"
            return Conflict("Trait", trait.key, here, getattr(there, field) or "none", remedy)
    lacking = {choice["key"] for choice in trait.choices} - {choice["key"] for choice in there.choices}
    if not lacking:
        return None
    remedy = "Add these choices to the trait over there."
    return Conflict("Trait", trait.key, f"choices {', '.join(sorted(lacking))}", "none of these", remedy)


def adopt_traits(transfer: Transfer) -> None:
    used = _used(transfer, CHOSEN, [])
    keys = {trait.key for trait in used}
    present = set(Trait.objects.filter(project=transfer.target, key__in=keys).values_list("key", flat=True))
    if missing := keys - present:
        entries = [entry for entry in vocabulary_as_json(transfer.source.pk) if entry["key"] in missing]
        content = [{name: entry[name] for name in entry if name != "applies_to_names"} for entry in entries]
        _adopt(transfer, content)
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [transfer.target.pk, [trait.pk for trait in used]])


def _adopt(transfer: Transfer, content: list[dict]) -> None:
    named = {taxon for entry in content for taxon in entry["applies_to"]}
    taxa = {taxon: taxon for taxon in Taxon.objects.filter(pk__in=named).values_list("pk", flat=True)}
    restore_vocabulary(project=transfer.target, user=transfer.user, content=content, taxa=taxa, names={})


def hold_values(transfer: Transfer, object_ids: Sequence[int]) -> None:
    hold_chains(transfer, object_ids, CHANGED.format(table="traits_traitchange"))


def split_for_values(transfer: Transfer) -> None:
    split_batches(transfer, TOUCHED.format(table="traits_traitchange"))


def count_values(transfer: Transfer) -> None:
    count_changes(transfer, "traits_traitchange")
    with connection.cursor() as cursor:
        cursor.execute(DETAILS)


CHECKS.append(check_traits)
HOLDS.append(hold_values)
BEFORE.extend([adopt_traits, split_for_values])
AFTER.append(count_values)
comes_along(
    Following(TraitValue, refs={"trait_id": "trait", "annotator_id": "person"}),
    Following(
        TraitChange,
        refs={"trait_id": "trait", "batch_id": "batch"},
        computed={"before": people_within("t.before"), "after": people_within("t.after")},
        people=["(t.before ->> 'annotator')::bigint", "(t.after ->> 'annotator')::bigint"],
    ),
    Following(TraitExample, refs={"trait_id": "trait"}),
)
stays(Trait, reason="adopted by the target where it lacks them")
stays(VocabularyVersion, reason="what a vocabulary was; adopting makes a new version of the target's")
stays(TraitTally, reason="kept by triggers")
