from django.db import connection

COMPLETE = """
SELECT id, display_name, path, CASE WHEN NOT (lower(display_name) LIKE %(prefix)s OR lower(name) LIKE %(prefix)s) THEN (
    SELECT s.name FROM taxonomy_synonym s WHERE s.taxon_id = t.id AND lower(s.name) LIKE %(prefix)s
    ORDER BY length(s.name), s.name LIMIT 1
) END
FROM taxonomy_taxon t
WHERE lower(display_name) LIKE %(prefix)s OR lower(name) LIKE %(prefix)s
   OR (length(%(text)s) >= 3 AND lower(display_name) LIKE %(inside)s)
   OR id IN (SELECT taxon_id FROM taxonomy_synonym WHERE lower(name) LIKE %(prefix)s)
ORDER BY id = ANY(%(first)s) DESC, lower(display_name) LIKE %(prefix)s DESC, length(display_name), display_name
LIMIT %(limit)s
"""


def complete(text: str, limit: int = 20, first: list[int] | None = None) -> list[dict]:
    """Taxa whose name, a word of it or a synonym starts with `text`; those in `first` before the others.

    Each as {id, name, lineage, synonym}: the lineage from the root down, the synonym by which alone it was found.
    """
    text = text.replace("\0", "")  # PostgreSQL refuses it
    escaped = text.lower().strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    params: dict = {
        "text": text,
        "prefix": f"{escaped}%",
        "inside": f"%{escaped}%",
        "first": first or [],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, params)
        rows = cursor.fetchall()
    names = names_of({ancestor for _, _, path, _ in rows for ancestor in path})
    return [
        {
            "id": taxon_id,
            "name": name,
            "lineage": [names[a] for a in path if a in names],
            "synonym": synonym,
        }
        for taxon_id, name, path, synonym in rows
    ]


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
