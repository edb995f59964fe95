"""The SQL of what was done in a project, and of what taking it back would change."""

from annotations.labels.undoing import STANDING as LABEL_STANDING
from annotations.labels.undoing import WALK as LABEL_WALK
from annotations.traits.undoing import STANDING as VALUE_STANDING
from annotations.traits.undoing import WALK as VALUE_WALK

MOST_SEARCHED = 1_000  # changes of an action among which one is sought that stands

_BY = """CASE WHEN b.kind = 'remap' THEN 'a rule' WHEN b.kind IN ('import', 'update') THEN 'an import'
     WHEN b.kind = 'prediction' THEN 'a model' ELSE COALESCE(u.shown_name, 'somebody who left') END"""

# Of the action `b`: a label or value that is as it left it. Of one that changed a million a list looks at few.
_LEFT = f"""
EXISTS (SELECT FROM (SELECT * FROM labels_change WHERE batch_id = b.id LIMIT {MOST_SEARCHED}) c
        JOIN samples_object o ON o.id = c.object_id WHERE COALESCE(c.restores, c.version) = {LABEL_STANDING})
OR EXISTS (SELECT FROM (SELECT * FROM traits_traitchange WHERE batch_id = b.id LIMIT {MOST_SEARCHED}) c
           JOIN traits_traitvalue v ON v.object_id = c.object_id AND v.trait_id = c.trait_id
           WHERE COALESCE(c.restores, c.version) = {VALUE_STANDING})
"""

LIST = f"""
SELECT b.id, b.kind, b.created, b.changed, b.details, b.model_id AS model, m.name AS model_name,
       b.user_id AS user, u.shown_name AS user_name, b.root_id,
       CASE WHEN b.root_id IS NULL THEN b.is_undone ELSE FALSE END AS is_undone, l.id AS latest,
       l.user_id AS latest_user, lu.shown_name AS latest_name, l.created AS latest_created,
       l.changed AS latest_changed,
       COALESCE(l.details ? 'unfinished', FALSE) AS is_unfinished, ({_LEFT}) AS is_left,
       (SELECT t.display_name || ' into ' || i.display_name FROM nomenclature_merge_batches g
        JOIN nomenclature_merge x ON x.id = g.merge_id JOIN taxonomy_taxon t ON t.id = x.taxon_id
        JOIN taxonomy_taxon i ON i.id = x.into_id WHERE g.batch_id = b.id LIMIT 1) AS merged
FROM labels_batch b
LEFT JOIN labels_batch r ON r.id = b.root_id
LEFT JOIN labels_batch l ON l.id = b.latest_id
LEFT JOIN accounts_user u ON u.id = b.user_id
LEFT JOIN accounts_user lu ON lu.id = l.user_id
LEFT JOIN learning_model m ON m.id = b.model_id
WHERE b.project_id = %(project)s AND b.id < %(before)s
AND CASE WHEN %(batch)s::bigint IS NOT NULL
    THEN b.id = (SELECT COALESCE(g.root_id, g.id) FROM labels_batch g WHERE g.id = %(batch)s)
    ELSE b.changed > 0 AND (b.root_id IS NULL
         OR r.latest_id = b.id AND r.is_undone AND r.user_id IS DISTINCT FROM b.user_id) END
AND (%(person)s::bigint IS NULL OR b.user_id = %(person)s)
AND (%(since)s::timestamptz IS NULL OR b.created >= %(since)s)
AND (%(until)s::timestamptz IS NULL OR b.created < %(until)s)
AND (%(kind)s::text IS NULL OR b.kind = %(kind)s)
ORDER BY b.id DESC LIMIT %(size)s
"""

HAS_DONE = "EXISTS (SELECT FROM labels_batch b WHERE b.project_id = %s AND b.user_id = accounts_user.id)"

_BY_PERSON = """b.project_id = %(project)s AND b.user_id = %(person)s AND b.created >= %(since)s
    AND (%(until)s::timestamptz IS NULL OR b.created < %(until)s)"""

TOUCHED = f"""
SELECT c.object_id FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
WHERE {_BY_PERSON} AND b.kind IN ('label', 'rule')
UNION
SELECT c.object_id FROM labels_batch b JOIN traits_traitchange c ON c.batch_id = b.id
WHERE {_BY_PERSON} AND b.kind IN ('label', 'trait')
ORDER BY 1 LIMIT %(most)s
"""

# Each source gives what would go back (`is_back`), and of the rest what has something else on top by now (`standing`).
OF_BATCH_LABELS = f"""
WITH asked AS (
    SELECT c.object_id, COALESCE(c.restores, c.version) AS version, {LABEL_STANDING} AS standing
    FROM (SELECT * FROM labels_change WHERE batch_id = %(batch)s ORDER BY id LIMIT %(most)s) c
    JOIN samples_object o ON o.id = c.object_id
), source AS (SELECT object_id, standing, standing = version AS is_back FROM asked WHERE standing >= version)
"""
OF_PERSON_LABELS = f"""
{LABEL_WALK}, asked AS (
    SELECT c.object_id, max(c.version) AS version FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id
    WHERE {_BY_PERSON} AND b.kind IN ('label', 'rule') AND c.object_id = ANY(%(objects)s) GROUP BY 1
), source AS (
    SELECT o.id AS object_id, top.at AS standing, deepest.depth > 0 AS is_back
    FROM asked JOIN samples_object o ON o.id = asked.object_id JOIN deepest ON deepest.id = o.id
    JOIN walk top ON top.id = o.id AND top.depth = 0
    WHERE deepest.depth > 0 OR top.at > asked.version
)
"""
COUNT_LABELS = f"""
{{source}}
SELECT {_BY}, s.is_back, count(*) FROM source s
LEFT JOIN labels_change n ON n.object_id = s.object_id AND n.version = s.standing
LEFT JOIN labels_batch b ON b.id = n.batch_id LEFT JOIN accounts_user u ON u.id = b.user_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1
"""

OF_BATCH_VALUES = f"""
WITH asked AS (
    SELECT c.object_id, c.trait_id, COALESCE(c.restores, c.version) AS version, {VALUE_STANDING} AS standing
    FROM (SELECT * FROM traits_traitchange WHERE batch_id = %(batch)s ORDER BY id LIMIT %(most)s) c
    JOIN traits_traitvalue v ON v.object_id = c.object_id AND v.trait_id = c.trait_id
), source AS (
    SELECT object_id, trait_id, standing, standing = version AS is_back FROM asked WHERE standing >= version
)
"""
OF_PERSON_VALUES = f"""
{VALUE_WALK}, asked AS (
    SELECT c.object_id, c.trait_id, max(c.version) AS version
    FROM labels_batch b JOIN traits_traitchange c ON c.batch_id = b.id
    WHERE {_BY_PERSON} AND b.kind IN ('label', 'trait') AND c.object_id = ANY(%(objects)s) GROUP BY 1, 2
), source AS (
    SELECT asked.object_id, asked.trait_id, top.at AS standing, deepest.depth > 0 AS is_back
    FROM asked JOIN deepest ON deepest.object_id = asked.object_id AND deepest.trait_id = asked.trait_id
    JOIN walk top ON top.object_id = asked.object_id AND top.trait_id = asked.trait_id AND top.depth = 0
    WHERE deepest.depth > 0 OR top.at > asked.version
)
"""
COUNT_VALUES = f"""
{{source}}
SELECT {_BY}, s.is_back, count(*) FROM source s
LEFT JOIN traits_traitchange n ON n.object_id = s.object_id AND n.trait_id = s.trait_id AND n.version = s.standing
LEFT JOIN labels_batch b ON b.id = n.batch_id LEFT JOIN accounts_user u ON u.id = b.user_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1
"""
