from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet
from django.http import Http404

from annotations.projects.models import Project
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.queries import complete_each
from annotations.traits.models import Trait

MOST_SUGGESTED = 5


def names_of_project(project: Project) -> QuerySet[PendingName]:
    """Those that wait first; with how many objects have it, and the traits that apply to it."""
    names = PendingName.objects.filter(project=project).select_related("taxon", "settled_by")
    traits = Trait.objects.filter(project=project, applies_to_names__contains=[OuterRef("pk")])
    counted = names.annotate(objects_with_it=Count("labels"), traits=ArraySubquery(traits.values("name")))
    return counted.order_by("-state", "-objects_with_it", "name")


def open_name(project: Project, name_id: int) -> PendingName:
    name = PendingName.objects.filter(project=project, pk=name_id).select_related("taxon", "project").first()
    if name is None:
        raise Http404("There is no such name in this project.")
    return name


SUGGEST = """
WITH wanted AS MATERIALIZED (
    SELECT w.pending, w.whole, ARRAY[taxonomy_folded(w.whole), taxonomy_folded(w.short)] AS folded
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS w (pending, whole, short)
)
SELECT w.pending, t.id, t.display_name, meant.how FROM wanted w CROSS JOIN LATERAL (
    WITH candidate AS (
        SELECT u.taxon_id AS id, 0 AS how FROM nomenclature_unknownname u
        WHERE lower(u.name) = w.whole AND u.taxon_id IS NOT NULL AND u.id <> w.pending
        UNION ALL SELECT s.taxon_id, 1 FROM taxonomy_synonym s WHERE s.folded = ANY(w.folded)
        UNION ALL SELECT t.id, 2 FROM taxonomy_taxon t WHERE t.name_folded = ANY(w.folded)
    )
    SELECT taxonomy_in_use(t.id) AS id, min(how) AS how FROM candidate JOIN taxonomy_taxon t USING (id)
    WHERE t.status = 'A' OR t.replaced_by_id IS NOT NULL
    GROUP BY 1 ORDER BY 2, 1 LIMIT %s
) meant JOIN taxonomy_taxon t ON t.id = meant.id ORDER BY w.pending, meant.how, t.id
"""
REASONS = ["mapped so elsewhere", "a synonym", "the same name elsewhere in the tree"]


def suggestions(waiting: Sequence[PendingName]) -> dict[int, list[dict]]:
    """By the names' numbers the taxa that each may mean, [{id, name, why}]: by a synonym, by the same name elsewhere,
    by how it begins. With as many queries for all as for one.
    """
    short = {name.pk: name.name.split("<")[0].split(" (")[0].strip().lower() for name in waiting}
    beginnings = {pk: text.split(" ")[0] for pk, text in short.items() if len(text) > 2}
    alike = dict(zip(beginnings, complete_each(list(beginnings.values()), MOST_SUGGESTED), strict=True))
    sure = _same_names(waiting, short)
    return {name.pk: _without_repeats(sure[name.pk], alike.get(name.pk, [])) for name in waiting}


def _same_names(waiting: Sequence[PendingName], short: dict[int, str]) -> dict[int, list[dict]]:
    """What has the very name, or had it."""
    taxa: dict[int, list[dict]] = {name.pk: [] for name in waiting}
    whole = [name.name.lower() for name in waiting]
    with connection.cursor() as cursor:
        cursor.execute(SUGGEST, [list(taxa), whole, [short[pk] for pk in taxa], MOST_SUGGESTED])
        for pending, taxon, name, how in cursor.fetchall():
            taxa[pending].append({"id": taxon, "name": name, "why": REASONS[how]})
    return taxa


def _without_repeats(sure: list[dict], alike: list[dict]) -> list[dict]:
    ids = {taxon["id"] for taxon in sure}
    more = [{"id": t["id"], "name": t["name"], "why": "begins alike"} for t in alike if t["id"] not in ids]
    return [*sure, *more][:MOST_SUGGESTED]
