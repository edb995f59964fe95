import re
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.projects.models import Project
from annotations.taxonomy.models import Favourite, Taxon

WORDS = (
    "to_tsvector('simple'::regconfig, translate(t.display_name, '<>()[]-/.', '         '))"  # migration 0004
)
ENOUGH = 400  # of each way to find taxa: with fewer letters than that tells apart, any will do
# Each way is bounded, so that one letter among 300,000 taxa costs no more than a whole word.
COMPLETE = f"""
WITH found AS (
    SELECT t.id, NULL AS name FROM taxonomy_taxon t
    WHERE (t.id = ANY(%(first)s) OR t.used > 0)
      AND (lower(t.display_name) LIKE %(inside)s OR %(words)s <> '' AND {WORDS} @@ to_tsquery('simple', %(words)s))
    UNION ALL (SELECT t.id, NULL FROM taxonomy_taxon t WHERE lower(t.name) = %(text)s)
    UNION ALL (
        SELECT t.id, NULL FROM taxonomy_taxon t WHERE lower(t.display_name) LIKE %(prefix)s
        ORDER BY lower(t.display_name) USING ~<~ LIMIT {ENOUGH}
    )
    UNION ALL (
        SELECT t.id, NULL FROM taxonomy_taxon t
        WHERE %(by_words)s AND {WORDS} @@ to_tsquery('simple', %(words)s) LIMIT {ENOUGH}
    )
    UNION ALL (SELECT s.taxon_id, s.name FROM taxonomy_synonym s WHERE lower(s.name) LIKE %(prefix)s LIMIT {ENOUGH})
    UNION ALL (
        SELECT t.replaced_by_id, t.display_name FROM taxonomy_taxon t
        WHERE t.replaced_by_id IS NOT NULL AND lower(t.display_name) LIKE %(prefix)s LIMIT {ENOUGH}
    )
), once AS (
    SELECT id, CASE WHEN bool_or(name IS NULL) THEN NULL ELSE min(name) END AS synonym FROM found GROUP BY id
)
SELECT t.id, t.display_name, t.path, once.synonym, t.rank FROM once JOIN taxonomy_taxon t USING (id)
WHERE t.status = 'A'
ORDER BY array_position(%(first)s::bigint[], t.id) NULLS LAST, lower(t.name) = %(text)s DESC,
    lower(t.display_name) LIKE %(prefix)s DESC, t.used DESC, length(t.display_name), t.display_name
LIMIT %(limit)s
"""


def complete(text: str, limit: int = 20, first: list[int] | None = None) -> list[dict]:
    """Taxa whose name, a word of it or a synonym starts with `text`: those in `first` in their order, then the others,
    most used first. Deprecated taxa are not offered; the name of a replaced one finds its replacement.

    Each as {id, name, lineage, synonym, rank}: the lineage from the root down, the synonym by which alone it was found.
    """
    text = text.replace("\0", "").lower().strip()  # PostgreSQL refuses a NUL
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    words = re.findall(r"[^\W_]+", text)
    params: dict = {
        "text": text,
        "prefix": f"{escaped}%",
        "inside": f"%{escaped}%" if len(text) >= 3 else f"{escaped}%",
        "words": " & ".join(f"{word}:*" for word in words) if text.isprintable() else "",
        "by_words": bool(words) and len(text) >= 3,
        "first": first or [],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, params)
        rows = cursor.fetchall()
    names = names_of({ancestor for _, _, path, _, _ in rows for ancestor in path})
    return [
        {
            "id": taxon_id,
            "name": name,
            "lineage": [names[a] for a in path if a in names],
            "synonym": synonym,
            "rank": rank,
        }
        for taxon_id, name, path, synonym, rank in rows
    ]


def taxon_called(text: str) -> Taxon:
    """The taxon of a display name as pages show it, or of `#number`. Raises ValidationError when there is none."""
    text = text.strip().replace("\0", "")
    if text.startswith("#") and text[1:].isdecimal() and len(text) < 20:
        found = Taxon.objects.filter(pk=int(text[1:])).first()
    else:
        found = Taxon.objects.filter(display_name__iexact=text).order_by("id").first()
    if found is None:
        raise ValidationError(
            f"There is no taxon {text!r}: choose one from the list." if text else "Name a taxon."
        )
    return found


def names_of(taxon_ids: set[int]) -> dict[int, str]:
    """Display names by id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, display_name FROM taxonomy_taxon WHERE id = ANY(%s)", [list(taxon_ids)])
        return dict(cursor.fetchall())


def with_descendants(taxon_ids: list[int]) -> list[int]:
    """The taxa themselves and all below them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM taxonomy_taxon WHERE path && %s::bigint[]", [taxon_ids])
        return [taxon_id for (taxon_id,) in cursor.fetchall()]


def favourites_of(project: Project) -> list[int]:
    """In their order."""
    return list(Favourite.objects.filter(project=project).values_list("taxon", flat=True))


LEARNT_AS = """
SELECT DISTINCT ON (pair.project, pair.taxon) pair.project, pair.taxon, r.into_id
FROM unnest(%s::bigint[], %s::bigint[]) AS pair (project, taxon)
JOIN taxonomy_taxon t ON t.id = pair.taxon
JOIN taxonomy_trainingrule r ON r.project_id = pair.project AND r.taxon_id = ANY(t.path)
ORDER BY pair.project, pair.taxon, array_position(t.path, r.taxon_id) DESC
"""


def learnt_as(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int | None]:
    """For (project, taxon) that a rule of the project is about: the taxon that it is learnt as, None for nothing."""
    projects, taxa = zip(*pairs, strict=True) if pairs else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(LEARNT_AS, [list(projects), list(taxa)])
        return {(project, taxon): into for project, taxon, into in cursor.fetchall()}
