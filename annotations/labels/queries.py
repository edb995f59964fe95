from django.db import connection

from annotations.samples.models import State

HISTORY = """
SELECT c.id, c.batch_id, b.kind, b.created, b.model_id,
       COALESCE(NULLIF(trim(concat(u.first_name, ' ', u.last_name)), ''), u.username),
       c.from_taxon_id, f.display_name, c.from_state, c.to_taxon_id, t.display_name, c.to_state, c.to_score, c.version
FROM labels_change c
JOIN labels_batch b ON b.id = c.batch_id
LEFT JOIN accounts_user u ON u.id = b.user_id
LEFT JOIN taxonomy_taxon f ON f.id = c.from_taxon_id
LEFT JOIN taxonomy_taxon t ON t.id = c.to_taxon_id
WHERE c.object_id = %s ORDER BY c.id DESC
"""


def history(object_id: int) -> list[dict]:
    """Every change of an object's label, newest first: who or which model, when, from what to what."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [object_id])
        return [_entry(row) for row in cursor.fetchall()]


def _entry(row: tuple) -> dict:
    change, batch, kind, when, model, user, *labels, score, version = row
    from_taxon, from_name, from_state, to_taxon, to_name, to_state = labels
    return {
        "id": change,
        "batch": batch,
        "kind": kind,
        "when": when,
        "user": user,
        "model": model,
        "from": {"taxon": _taxon(from_taxon, from_name), "state": State(from_state).word},
        "to": {"taxon": _taxon(to_taxon, to_name), "state": State(to_state).word},
        "score": score,
        "version": version,
    }


def _taxon(taxon_id: int | None, name: str | None) -> dict | None:
    return None if taxon_id is None else {"id": taxon_id, "name": name}
