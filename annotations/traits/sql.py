"""The SQL by which values of traits are written, and the line of the log that goes with each."""

LOCK = """
CREATE TEMPORARY TABLE locked ON COMMIT DROP AS
SELECT o.id, o.taxon_id, TRUE AS is_free FROM samples_object o
WHERE o.project_id = %s AND ({condition}) ORDER BY o.id LIMIT %s FOR NO KEY UPDATE OF o
"""

# a whole value as the log keeps it
SNAPSHOT = """CASE WHEN COALESCE({0}.state, 'U') = 'U' THEN NULL ELSE jsonb_build_object(
    'choices', {0}.choices, 'number', {0}.number, 'text', {0}.text, 'hidden', {0}.is_hidden, 'state', {0}.state,
    'score', {0}.score, 'annotator', {0}.annotator_id, 'model', {0}.model_id, 'at', {0}.set_at) END"""

READ = f"""
CREATE TEMPORARY TABLE present ON COMMIT DROP AS
SELECT l.id, l.taxon_id, COALESCE(v.version, 0) AS version, COALESCE(v.state, 'U') AS state,
       v.choices, v.number, v.text, v.is_hidden, {SNAPSHOT.format("v")} AS before
FROM locked l LEFT JOIN traits_traitvalue v ON v.object_id = l.id AND v.trait_id = %(trait)s;
UPDATE locked SET is_free = FALSE FROM present c
LEFT JOIN unnest(%(ids)s::bigint[], %(versions)s::int[]) AS wanted (id, version) ON wanted.id = c.id
WHERE locked.id = c.id AND NOT %(all)s AND wanted.version <> c.version;
DELETE FROM present USING locked WHERE locked.id = present.id AND NOT locked.is_free
"""

LEAVE_OUT = """
DELETE FROM present c WHERE NOT (
    (%(all)s OR EXISTS (
        SELECT FROM taxonomy_taxon t WHERE t.id = c.taxon_id AND t.path && %(taxa)s::bigint[]))
    AND (%(only_if)s::bigint IS NULL OR EXISTS (
        SELECT FROM traits_traitvalue p WHERE p.object_id = c.id AND p.trait_id = %(only_if)s
        AND p.state <> 'U' AND p.choices && %(choices)s::varchar[]))
)
"""

LOG = f"""
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after)
SELECT %(batch)s, w.object_id, w.trait_id, w.version, c.before, {SNAPSHOT.format("w")}
"""

WRITE = f"""
WITH written AS (
    INSERT INTO traits_traitvalue AS v (object_id, trait_id, choices, number, text, is_hidden, state, score,
                                        annotator_id, model_id, set_at, version)
    SELECT id, %(trait)s, CASE WHEN %(keep)s THEN choices ELSE %(choices)s::varchar[] END,
           CASE WHEN %(keep)s THEN number ELSE %(number)s::float8 END,
           CASE WHEN %(keep)s THEN text ELSE %(text)s END,
           CASE WHEN %(keep)s THEN is_hidden ELSE %(hidden)s END,
           %(state)s, NULL, %(user)s, NULL, now(), version + 1
    FROM present ORDER BY id
    ON CONFLICT (object_id, trait_id) DO UPDATE SET
        choices = EXCLUDED.choices, number = EXCLUDED.number, text = EXCLUDED.text, is_hidden = EXCLUDED.is_hidden,
        state = EXCLUDED.state, score = NULL, annotator_id = EXCLUDED.annotator_id, model_id = NULL,
        set_at = EXCLUDED.set_at, version = EXCLUDED.version
    RETURNING v.*
)
{LOG} FROM written w JOIN present c ON c.id = w.object_id
"""

TAKE_BACK = f"""
WITH c AS MATERIALIZED (
    SELECT v.object_id, v.trait_id, {SNAPSHOT.format("v")} AS before FROM traits_traitvalue v
    JOIN present l ON l.id = v.object_id
    WHERE v.trait_id = %(trait)s AND v.state <> 'U' AND NOT EXISTS (
        SELECT FROM traits_traitvalue p WHERE p.object_id = v.object_id AND p.trait_id = %(parent)s
        AND p.state <> 'U' AND p.choices && %(choices)s::varchar[])
), w AS (
    UPDATE traits_traitvalue v SET
        choices = '{{}}', number = NULL, text = '', is_hidden = FALSE, state = 'U', score = NULL,
        annotator_id = %(user)s, model_id = NULL, set_at = now(), version = v.version + 1
    FROM c WHERE v.object_id = c.object_id AND v.trait_id = c.trait_id
    RETURNING v.*
)
{LOG} FROM w JOIN c ON c.object_id = w.object_id
"""

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    original_id text, trait_id bigint, choices varchar[], number float8, text text, is_hidden boolean,
    state varchar, score float8, annotator_id bigint, set_at timestamptz
) ON COMMIT DROP
"""

ARRIVE = """
CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS
SELECT o.id AS object_id, o.taxon_id, i.* FROM incoming i
JOIN samples_objectfields w ON w.project_id = %s AND w.original_id = i.original_id
JOIN samples_object o ON o.id = w.object_id ORDER BY o.id FOR NO KEY UPDATE OF o
"""

DROP_KNOWN = """
DELETE FROM arriving a USING traits_traitvalue v WHERE v.object_id = a.object_id AND v.trait_id = a.trait_id
"""

DROP_OTHER_TAXA = """
DELETE FROM arriving a USING traits_trait t
WHERE t.id = a.trait_id AND cardinality(t.applies_to || t.applies_to_names) > 0 AND NOT EXISTS (
    SELECT FROM taxonomy_taxon x WHERE x.id = a.taxon_id AND x.path && t.applies_to)
"""

DROP_WITHOUT_CONDITION = """
DELETE FROM arriving a USING traits_trait t
WHERE t.id = a.trait_id AND t.only_if_id IS NOT NULL
AND NOT EXISTS (SELECT FROM traits_traitvalue p WHERE p.object_id = a.object_id AND p.trait_id = t.only_if_id
                AND p.state <> 'U' AND p.choices && t.only_if_choices)
AND NOT EXISTS (SELECT FROM arriving p WHERE p.object_id = a.object_id AND p.trait_id = t.only_if_id
                AND p.choices && t.only_if_choices)
"""

TAKE_IN = f"""
WITH w AS (
    INSERT INTO traits_traitvalue (object_id, trait_id, choices, number, text, is_hidden, state, score,
                                   annotator_id, model_id, set_at, version)
    SELECT object_id, trait_id, choices, number, text, is_hidden, state, score, annotator_id, NULL, set_at, 1
    FROM arriving ORDER BY object_id
    RETURNING *
)
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after)
SELECT %(batch)s, object_id, trait_id, version, NULL, {SNAPSHOT.format("w")} FROM w
"""
