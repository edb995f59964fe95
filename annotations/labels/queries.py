from django.db import connection
from django.db.models import QuerySet, Sum

from annotations.accounts.models import User
from annotations.labels.models import Batch, BatchKind, Tally
from annotations.samples.models import State
from annotations.taxonomy.replacements import in_use

LATEST = 200  # batches: as far back as anybody undoes

# what a package brought was labelled elsewhere, by whom and when says the change behind it, or the object itself
HISTORY = """
SELECT c.id, c.batch_id, b.kind,
       CASE WHEN b.kind IN ('import', 'update') THEN coalesce(c.labelled_at, b.created) ELSE b.created END, b.model_id,
       u.shown_name,
       c.from_taxon_id, f.display_name, c.from_state, c.to_taxon_id, t.display_name, c.to_state, c.to_score, c.version
FROM (
    SELECT c.*, CASE WHEN lead(c.id) OVER log IS NULL THEN o.annotator_id
                     ELSE lead(c.from_annotator_id) OVER log END AS annotator_id,
           CASE WHEN lead(c.id) OVER log IS NULL THEN o.labelled_at
                ELSE lead(c.from_labelled_at) OVER log END AS labelled_at
    FROM labels_change c JOIN samples_object o ON o.id = c.object_id
    WHERE c.object_id = %s WINDOW log AS (ORDER BY c.id)
) c
JOIN labels_batch b ON b.id = c.batch_id
LEFT JOIN accounts_user u ON u.id = CASE WHEN b.kind IN ('import', 'update') THEN c.annotator_id ELSE b.user_id END
LEFT JOIN taxonomy_taxon f ON f.id = c.from_taxon_id
LEFT JOIN taxonomy_taxon t ON t.id = c.to_taxon_id
ORDER BY c.id DESC
"""

NOW = """
SELECT o.id, o.version, o.taxon_id, t.display_name, o.state, o.score,
       u.shown_name
FROM samples_object o
LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
LEFT JOIN accounts_user u ON u.id = o.annotator_id
WHERE o.id = ANY(%s) AND o.project_id = %s ORDER BY o.id
"""


def labels_now(project_id: int, ids: list[int]) -> list[dict]:
    """The labels that these objects of the project have at the moment, for pages that show older ones."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, [ids, project_id])
        return [
            {
                "id": object_id,
                "version": version,
                "taxon": _taxon(taxon, name),
                "state": State(state).word,
                "score": score,
                "annotator": annotator,
            }
            for object_id, version, taxon, name, state, score, annotator in cursor.fetchall()
        ]


def latest_batches(project_id: int, user: User) -> QuerySet[Batch]:
    """What a person did last in the project, newest first: labels and traits given, rules set, batches undone."""
    done = [BatchKind.LABEL, BatchKind.RULE, BatchKind.TRAIT, BatchKind.UNDO]
    mine = Batch.objects.filter(project=project_id, user=user, kind__in=done)
    return mine.order_by("-id")[:LATEST]


def history(object_id: int) -> list[dict]:
    """Every change of an object's label, newest first: who or which model, when, from what to what.

    Of what was imported, who labelled it where it came from, and when; nobody where a model did.
    """
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


def objects_by_sample(project_id: int) -> dict[int, int]:
    """How many objects each sample of the project has; one without any may be missing."""
    tally = Tally.objects.filter(project=project_id).values_list("sample_id")
    return dict(tally.annotate(total=Sum("count")).order_by())


STILL_LABELLED = """
SELECT taxon_id FROM labels_tally WHERE taxon_id = ANY(%s) GROUP BY 1 HAVING sum(count) > 0
"""


def with_merged_taxa(taxa: list[int]) -> list[int]:
    """What a filter by these taxa asks for, each once: one that was merged is what it became.

    One that is only deprecated, and that objects still have, stays itself.
    """
    became = in_use(taxa)
    merged = [taxon for taxon in taxa if became[taxon] != taxon]
    if merged:
        with connection.cursor() as cursor:
            cursor.execute(STILL_LABELLED, [merged])
            became |= {taxon: taxon for (taxon,) in cursor.fetchall()}
    return list(dict.fromkeys(became[taxon] for taxon in taxa))
