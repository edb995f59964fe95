"""What a prediction would replace: predictions that are there, by what they came from."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Replaced:
    """`model` is None for those that came with a package, or whose origin the log does not tell."""

    model: int | None
    source: str  # in words
    count: int


def replaced_predictions(project_id: int, where: tuple[str, list] = ("TRUE", [])) -> list[Replaced]:
    """Of the objects that match, those with a prediction that nobody has settled, most first.

    `where` is an SQL condition over samples_object `o` with its parameters.
    """
    condition, params = where
    with connection.cursor() as cursor:
        cursor.execute(REPLACED.format(condition=condition), [project_id, *params])
        return [Replaced(model, source, count) for model, source, count in cursor.fetchall()]


# by the log: an undo that brought a prediction back leads to where that came from
REPLACED = """
SELECT CASE WHEN b.kind = 'prediction' THEN b.model_id END,
       CASE b.kind WHEN 'prediction' THEN COALESCE(m.name, 'model ' || b.model_id || ', which is gone')
                   WHEN 'import' THEN 'came with a package' WHEN 'update' THEN 'came with a package'
                   ELSE 'of another origin' END, count(*)
FROM samples_object o
LEFT JOIN labels_change n ON n.object_id = o.id AND n.version = o.version
LEFT JOIN labels_change c ON c.object_id = o.id AND c.version = COALESCE(n.restores, o.version)
LEFT JOIN labels_batch b ON b.id = c.batch_id
LEFT JOIN learning_model m ON m.id = b.model_id
WHERE o.project_id = %s AND o.state = 'P' AND ({condition})
GROUP BY 1, 2 ORDER BY 3 DESC, 2
"""
