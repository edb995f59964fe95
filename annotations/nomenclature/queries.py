from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet
from django.http import Http404

from annotations.nomenclature.models import UnknownName
from annotations.projects.models import Project
from annotations.taxonomy.queries import complete
from annotations.traits.models import Trait

MOST_SUGGESTED = 5


def names_of_project(project: Project) -> QuerySet[UnknownName]:
    """Those that wait first; with how many objects have it, and the traits that apply to it."""
    found = UnknownName.objects.filter(project=project).select_related("taxon", "settled_by")
    traits = Trait.objects.filter(project=project, applies_to_names__contains=[OuterRef("pk")])
    counted = found.annotate(objects_with_it=Count("labels"), traits=ArraySubquery(traits.values("name")))
    return counted.order_by("-state", "-objects_with_it", "name")


def open_name(project: Project, name_id: int) -> UnknownName:
    found = UnknownName.objects.filter(project=project, pk=name_id).select_related("taxon", "project").first()
    if found is None:
        raise Http404("There is no such name in this project.")
    return found


SUGGEST = """
WITH found AS (
    SELECT u.taxon_id AS id, 0 AS how FROM nomenclature_unknownname u
    WHERE lower(u.name) = %(whole)s AND u.taxon_id IS NOT NULL AND u.id <> %(unknown)s
    UNION ALL SELECT s.taxon_id, 1 FROM taxonomy_synonym s
    WHERE s.folded IN (taxonomy_folded(%(whole)s), taxonomy_folded(%(short)s))
    UNION ALL SELECT t.id, 2 FROM taxonomy_taxon t
    WHERE t.name_folded IN (taxonomy_folded(%(whole)s), taxonomy_folded(%(short)s))
)
SELECT taxonomy_in_use(t.id), min(how) FROM found JOIN taxonomy_taxon t USING (id)
WHERE t.status = 'A' OR t.replaced_by_id IS NOT NULL
GROUP BY 1 ORDER BY 2, 1 LIMIT %(most)s
"""
REASONS = ["mapped so elsewhere", "a synonym", "the same name elsewhere in the tree"]


def suggestions(unknown: UnknownName) -> list[dict]:
    """Taxa that the name may mean: {id, name, why}; by a synonym, by the same name elsewhere, by how it begins."""
    short = unknown.name.split("<")[0].split(" (")[0].strip().lower()
    asked: dict = {
        "whole": unknown.name.lower(),
        "short": short,
        "unknown": unknown.pk,
        "most": MOST_SUGGESTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUGGEST, asked)
        found = dict(cursor.fetchall())
        cursor.execute("SELECT id, display_name FROM taxonomy_taxon WHERE id = ANY(%s)", [list(found)])
        names = dict(cursor.fetchall())
    sure = [{"id": taxon, "name": names[taxon], "why": REASONS[how]} for taxon, how in found.items()]
    like = complete(short.split(" ")[0], MOST_SUGGESTED) if len(short) > 2 else []
    more = [{"id": t["id"], "name": t["name"], "why": "begins alike"} for t in like if t["id"] not in found]
    return (sure + more)[:MOST_SUGGESTED]
