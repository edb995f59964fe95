"""The SQL of the only writer of labels: what is locked, what is written, what is appended to the log."""

BEFORE = "o.id, o.version, o.taxon_id, o.state, o.score, o.margin, o.entropy, o.annotator_id, o.labelled_at"

# of samples_object `o`: what only models and rules have said something of since that version. A person labels it all
# the same: who names a taxon saw the picture, and who accepts one must have seen the same. A statement that waited for
# a lock has the object as it is then, but not its change in the log: of that one nothing is known
ONLY_MACHINES_SINCE = """o.state IN ('U', 'P', 'M') AND o.annotator_id IS NULL
AND NOT EXISTS (
    SELECT FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
    WHERE c.object_id = o.id AND c.version > {version}
    AND (b.kind NOT IN ('prediction', 'rule') OR NOT {names_taxon} AND c.from_taxon_id IS DISTINCT FROM c.to_taxon_id)
) AND ({names_taxon} OR EXISTS (SELECT FROM labels_change c WHERE c.object_id = o.id AND c.version = o.version))"""

# the ids are named twice: without ANY, PostgreSQL may read the whole project to join them
TARGETS = f"""
SELECT {BEFORE} FROM samples_object o
JOIN unnest(%(ids)s::bigint[], %(versions)s::int[]) AS wanted (id, version)
     ON wanted.id = o.id AND wanted.version <= o.version
WHERE o.id = ANY(%(ids)s::bigint[]) AND o.project_id = %(project)s
AND (wanted.version = o.version
     OR {ONLY_MACHINES_SINCE.format(version="wanted.version", names_taxon="%(names_taxon)s")})
ORDER BY o.id FOR NO KEY UPDATE OF o
"""

LOCK_TARGETS = f"CREATE TEMPORARY TABLE locked ON COMMIT DROP AS {TARGETS}"

# in the statement that changes them: a table for each call would write to twenty rows of PostgreSQL's catalogue
WITH_TARGETS = f"locked AS MATERIALIZED ({TARGETS}), "

BARE_MATCHING = "SELECT count(*) FROM locked WHERE taxon_id IS NULL"
BARE_TARGETS = f"SELECT count(*) FROM ({TARGETS}) locked WHERE taxon_id IS NULL"

LOCK_MATCHING = f"""
CREATE TEMPORARY TABLE locked ON COMMIT DROP AS
SELECT {BEFORE} FROM samples_object o WHERE o.project_id = %s AND ({{condition}})
ORDER BY o.id LIMIT %s FOR NO KEY UPDATE OF o
"""

# the batch is written with its objects, and says how many they are; where nothing changed there is none
BATCH = """batch AS (
    INSERT INTO labels_batch (project_id, kind, user_id, step, is_undone, details, created, changed)
    SELECT %(project)s, %(kind)s, %(user)s, 0, FALSE, %(details)s::jsonb, %(created)s, count(*) FROM changed
    HAVING count(*) > 0
    RETURNING id
)"""

LABEL = f"""
WITH {{locked}}changed AS (
    UPDATE samples_object o SET
        taxon_id = CASE WHEN %(keep)s THEN o.taxon_id ELSE %(taxon)s END,
        state = %(state)s, score = NULL, margin = NULL, entropy = NULL, annotator_id = %(user)s, labelled_at = now(),
        version = o.version + 1
    FROM locked WHERE o.id = locked.id AND (NOT %(keep)s OR locked.taxon_id IS NOT NULL)
    RETURNING o.id, o.version, o.taxon_id, o.state, locked.taxon_id AS t, locked.state AS s,
              locked.score AS p, locked.margin AS m, locked.entropy AS e,
              locked.annotator_id AS a, locked.labelled_at AS l
), {BATCH}
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
SELECT batch.id, changed.id, version, t, s, p, m, e, a, l, taxon_id, state, NULL FROM changed, batch
RETURNING object_id, version, batch_id
"""

NAME = f"""
WITH {{locked}}changed AS (
    UPDATE samples_object o SET
        taxon_id = named.taxon, state = 'V', score = NULL, margin = NULL, entropy = NULL, annotator_id = %(user)s,
        labelled_at = now(), version = o.version + 1
    FROM locked JOIN unnest(%(named)s::bigint[], %(taxa)s::bigint[]) AS named (id, taxon) USING (id)
    WHERE o.id = locked.id
    RETURNING o.id, o.version, o.taxon_id, o.state, locked.taxon_id AS t, locked.state AS s,
              locked.score AS p, locked.margin AS m, locked.entropy AS e,
              locked.annotator_id AS a, locked.labelled_at AS l
), {BATCH}
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
SELECT batch.id, changed.id, version, t, s, p, m, e, a, l, taxon_id, state, NULL FROM changed, batch
RETURNING object_id, version, batch_id
"""

# who settled it, and as what, stays in the log; a score that nobody has reckoned is none. What a rule settled has one.
RESET = f"""
WITH changed AS (
    UPDATE samples_object o SET
        taxon_id = COALESCE(p.taxon_id, o.taxon_id), state = 'P', entropy = NULL,
        score = CASE WHEN p.object_id IS NULL THEN o.score ELSE p.score END,
        margin = CASE WHEN p.object_id IS NULL THEN o.margin ELSE p.margin END,
        annotator_id = NULL, labelled_at = now(), version = o.version + 1
    FROM locked LEFT JOIN ({{predictions}}) p ON p.object_id = locked.id WHERE o.id = locked.id
    RETURNING o.id, o.version, o.taxon_id, o.state, o.score, locked.taxon_id AS t, locked.state AS s,
              locked.score AS before, locked.margin AS m, locked.entropy AS e, locked.annotator_id AS a,
              locked.labelled_at AS l
), {BATCH}
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
SELECT batch.id, changed.id, version, t, s, before, m, e, a, l, taxon_id, state, score FROM changed, batch
RETURNING object_id, version, batch_id
"""

# of a taxon that was merged since the model learnt it, what it became
PREDICT = """
WITH predicted AS (
    SELECT p.id, p.score, p.margin, p.entropy,
           CASE WHEN merged.id IS NULL THEN p.taxon_id ELSE taxonomy_in_use(merged.id) END AS taxon_id
    FROM unnest(%(ids)s::bigint[], %(taxa)s::bigint[], %(scores)s::float8[], %(margins)s::float8[],
                %(entropies)s::float8[]) AS p (id, taxon_id, score, margin, entropy)
    LEFT JOIN taxonomy_taxon merged ON merged.id = p.taxon_id AND merged.replaced_by_id IS NOT NULL
), before AS (
    SELECT o.id, o.taxon_id, o.state, o.score, o.margin, o.entropy, o.annotator_id, o.labelled_at,
           predicted.taxon_id AS new_taxon, predicted.score AS new_score, predicted.margin AS new_margin,
           predicted.entropy AS new_entropy
    FROM samples_object o JOIN predicted USING (id)
    WHERE o.project_id = %(project)s AND (o.state = 'P' OR o.state = 'U' AND predicted.taxon_id IS NOT NULL)
    ORDER BY o.id FOR NO KEY UPDATE OF o
), changed AS (
    UPDATE samples_object o SET
        taxon_id = new_taxon, state = CASE WHEN new_taxon IS NULL THEN 'U' ELSE 'P' END,
        score = CASE WHEN new_taxon IS NOT NULL THEN new_score END,
        margin = CASE WHEN new_taxon IS NOT NULL THEN new_margin END,
        entropy = CASE WHEN new_taxon IS NOT NULL THEN new_entropy END,
        annotator_id = NULL, labelled_at = now(), version = o.version + 1
    FROM before WHERE o.id = before.id
    RETURNING o.id, o.version, o.taxon_id, o.state, o.score, before.taxon_id AS t, before.state AS s,
              before.score AS p, before.margin AS m, before.entropy AS e,
              before.annotator_id AS a, before.labelled_at AS l
), logged AS (
    INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                               from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
    SELECT %(batch)s, id, version, t, s, p, m, e, a, l, taxon_id, state, score FROM changed
    RETURNING to_state
)
SELECT count(*), count(*) FILTER (WHERE to_state = 'P') FROM logged
"""

MACHINE_VALIDATE = """
WITH before AS (
    SELECT o.id, o.taxon_id AS t, o.state AS s, o.score AS p, o.margin AS m, o.entropy AS e, o.annotator_id AS a,
           o.labelled_at AS l{becomes}
    FROM samples_object o WHERE o.project_id = %s AND o.state = 'P' AND o.id > %s AND ({condition})
    ORDER BY o.id LIMIT %s FOR NO KEY UPDATE OF o
), changed AS (
    UPDATE samples_object o SET state = 'M', annotator_id = NULL, labelled_at = now(), version = o.version + 1{coarser}
    FROM before WHERE o.id = before.id
    RETURNING o.id, o.version, o.taxon_id, o.state, o.score, t, s, p, m, e, a, l
)
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
SELECT %s, id, version, t, s, p, m, e, a, l, taxon_id, state, score FROM changed
RETURNING object_id
"""

# of a rule that backs off: a coarser taxon, with a score of its own and nothing to compare it with
BECOMES = ", %s::bigint AS becomes, {score} AS sum"
COARSER = ", taxon_id = before.becomes, score = before.sum, margin = NULL, entropy = NULL"

PLACE_PENDING = """
WITH pending AS ({pending}), before AS (
    SELECT o.id, o.taxon_id AS t, o.state AS s, o.score AS p, o.margin AS m, o.entropy AS e, o.annotator_id AS a,
           o.labelled_at AS l, pending.*
    FROM samples_object o JOIN pending ON pending.object_id = o.id
    WHERE o.project_id = %s AND (o.version = pending.seen OR o.state = 'U' AND o.annotator_id IS NULL
                                 OR o.state = 'P' AND pending.state <> 'P')
    ORDER BY o.id FOR NO KEY UPDATE OF o
), changed AS (
    UPDATE samples_object o SET
        taxon_id = %s, state = before.state, score = before.score, margin = before.margin, entropy = before.entropy,
        annotator_id = before.annotator_id, labelled_at = before.labelled_at, version = o.version + 1
    FROM before WHERE o.id = before.id
    RETURNING o.id, o.version, o.taxon_id, o.state, o.score, t, s, p, m, e, a, l
)
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
SELECT %s, id, version, t, s, p, m, e, a, l, taxon_id, state, score FROM changed
"""

# of a taxon that was merged meanwhile, what it became. A prediction gives way to people and rules, whoever asks.
UPDATE_FROM_FILE = """
WITH filed AS (
    SELECT f.id, f.version, f.state, f.score, f.margin, f.entropy, f.annotator_id, f.labelled_at,
           CASE WHEN merged.id IS NULL THEN f.taxon_id ELSE taxonomy_in_use(merged.id) END AS taxon_id
    FROM unnest(%(ids)s::bigint[], %(versions)s::int[], %(taxa)s::bigint[], %(states)s::text[], %(scores)s::float8[],
                %(margins)s::float8[], %(entropies)s::float8[], %(annotators)s::bigint[], %(moments)s::timestamptz[])
         AS f (id, version, taxon_id, state, score, margin, entropy, annotator_id, labelled_at)
    LEFT JOIN taxonomy_taxon merged ON merged.id = f.taxon_id AND merged.replaced_by_id IS NOT NULL
), before AS (
    SELECT o.id, o.taxon_id AS t, o.state AS s, o.score AS p, o.margin AS m, o.entropy AS e, o.annotator_id AS a,
           o.labelled_at AS l, filed.taxon_id, filed.state, filed.score, filed.margin, filed.entropy,
           filed.annotator_id, filed.labelled_at
    FROM samples_object o JOIN filed ON filed.id = o.id AND filed.version = o.version
    WHERE o.project_id = %(project)s
    AND (filed.state <> 'P' OR o.state = 'P' OR o.state = 'U' AND o.annotator_id IS NULL)
    ORDER BY o.id FOR NO KEY UPDATE OF o
), changed AS (
    UPDATE samples_object o SET
        taxon_id = before.taxon_id, state = before.state, score = before.score, margin = before.margin,
        entropy = before.entropy, annotator_id = before.annotator_id, labelled_at = before.labelled_at,
        version = o.version + 1
    FROM before WHERE o.id = before.id
    RETURNING o.id, o.version, o.taxon_id, o.state, o.score, t, s, p, m, e, a, l
)
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score)
SELECT %(batch)s, id, version, t, s, p, m, e, a, l, taxon_id, state, score FROM changed
RETURNING object_id
"""

REPLACE = """
WITH before AS (
    SELECT o.id, o.taxon_id AS t, o.state AS s, o.score AS p, o.margin AS m, o.entropy AS e, o.annotator_id AS a,
           o.labelled_at AS l
    FROM samples_object o WHERE o.project_id = %s AND o.taxon_id = %s
    ORDER BY o.id LIMIT %s FOR NO KEY UPDATE OF o
), changed AS (
    UPDATE samples_object o SET taxon_id = %s, version = o.version + 1 FROM before WHERE o.id = before.id
    RETURNING o.id, o.version, o.taxon_id, o.state, o.score, t, s, p, m, e, a, l
)
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score, restores)
SELECT %s, id, version, t, s, p, m, e, a, l, taxon_id, state, score,
       COALESCE((SELECT n.restores FROM labels_change n
                 WHERE n.object_id = changed.id AND n.version = changed.version - 1), changed.version - 1)
FROM changed
"""

LOG_IMPORTED = """
INSERT INTO labels_change (batch_id, object_id, version, from_state, to_taxon_id, to_state, to_score)
SELECT %s, id, version, 'U', taxon_id, state, score FROM samples_object WHERE id = ANY(%s) AND state <> 'U'
  AND id <> ALL(%s)
"""

# until the transaction ends nobody deletes them
HOLD_TAXA = "SELECT FROM taxonomy_taxon WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
HOLD_PEOPLE = "SELECT FROM accounts_user WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"

# each label of the past, and behind them the one that the object has: one change a label, one version a change
LOG_PAST = """
WITH labels AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(taxa)s::bigint[], %(scores)s::float8[],
                         %(annotators)s::bigint[], %(times)s::timestamptz[])
        WITH ORDINALITY AS past (object_id, state, taxon_id, score, annotator_id, labelled_at, place)
    UNION ALL
    SELECT id, state, taxon_id, score, annotator_id, labelled_at, 1 + cardinality(%(ids)s::bigint[])
    FROM samples_object WHERE id = ANY(%(ids)s)
), logged AS (
    INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_annotator_id,
                               from_labelled_at, to_taxon_id, to_state, to_score)
    SELECT %(batch)s, o.id, o.version + row_number() OVER chain - 1, lag(l.taxon_id) OVER chain,
           coalesce(lag(l.state) OVER chain, 'U'), lag(l.score) OVER chain, lag(l.annotator_id) OVER chain,
           lag(l.labelled_at) OVER chain, l.taxon_id, l.state, l.score
    FROM labels l JOIN samples_object o ON o.id = l.object_id
    WINDOW chain AS (PARTITION BY o.id ORDER BY l.place)
    ORDER BY o.id, l.place
    RETURNING object_id
), raised AS (
    UPDATE samples_object o SET version = version + l.changes - 1
    FROM (SELECT object_id, count(*) AS changes FROM logged GROUP BY 1) l WHERE o.id = l.object_id
)
SELECT count(DISTINCT object_id) FROM logged
"""

NOTE_CHANGED = "UPDATE labels_batch SET changed = %s WHERE id = %s"
COUNT_CHANGED = "UPDATE labels_batch SET changed = changed + %s WHERE id = %s"

CONFLICTS = """
SELECT o.id, o.version, o.taxon_id, t.display_name, o.state,
       u.shown_name
FROM samples_object o
LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
LEFT JOIN accounts_user u ON u.id = o.annotator_id
WHERE o.id = ANY(%s) AND o.project_id = %s
ORDER BY o.id
"""
