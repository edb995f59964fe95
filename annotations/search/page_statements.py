"""The SQL that finds the rows of a page: `paging.py` chooses one and fills it in."""

MERGE = """
SELECT part.id, part.key FROM unnest(%s::bigint[], %s::text[]) AS pair (taxon, state), LATERAL (
    SELECT o.id, {key} AS key FROM samples_object o
    WHERE o.project_id = %s AND {same} AND {conditions}
    ORDER BY {sort} LIMIT %s
) part"""

COUNT_TO = """
SELECT count(*) FROM (SELECT 1 FROM samples_object o WHERE o.project_id = %s AND {condition} LIMIT %s) matching"""

ROW_BY_ROW = "OFFSET 0"  # PostgreSQL then makes no join of an EXISTS

WALK = """
SELECT o.id, {key} AS key FROM samples_object o
WHERE o.project_id = %s AND {condition} AND {start} ORDER BY {sort} LIMIT %s"""

# The inner LIMIT bounds what is looked at, however few of it match
LOOK_AT = """
SELECT o.id, o.key FROM (
    SELECT o.*, {key} AS key FROM samples_object o WHERE o.project_id = %s AND {start} ORDER BY {sort} LIMIT %s
) o WHERE {condition} ORDER BY {sort_outer} LIMIT %s"""

LOOK_AT_KEYS = """
SELECT k.object_id, k.value FROM (SELECT * FROM {keys} WHERE {start} ORDER BY {sort} LIMIT %s) k,
LATERAL (SELECT FROM samples_object o WHERE o.id = k.object_id AND o.project_id = %s AND {condition} OFFSET 0) o
ORDER BY {sort} LIMIT %s"""

# MATERIALIZED: PostgreSQL would else follow the order's index in the hope of meeting a match soon
GATHER = """
WITH matching AS MATERIALIZED (
    SELECT o.id, {key} AS key FROM samples_object o WHERE o.project_id = %s AND {condition} AND {start}
)
SELECT id, key FROM matching ORDER BY key {direction}, id {direction} LIMIT %s"""

# OFFSET 0 keeps PostgreSQL from making a join of two whole tables of it
KEYS_GATHER = """
WITH matching AS MATERIALIZED (
    SELECT o.id, k.value AS key FROM (
        SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {condition} OFFSET 0
    ) o, LATERAL (SELECT k.value FROM {keys} WHERE k.object_id = o.id AND {start} OFFSET 0) k
)
SELECT id, key FROM matching ORDER BY key {direction}, id {direction} LIMIT %s"""

# of the wide rows of a project, which say themselves whose they are; the first rows are kept as they are read
KEYS_ALL = "SELECT k.object_id, k.value FROM {keys} WHERE {start} ORDER BY {sort} LIMIT %s"

# with an OR, PostgreSQL hashes what matches and asks the hash
KEYS_HASH = """
SELECT k.object_id, k.value FROM {keys} WHERE (k.object_id IN (
    SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {condition}
) OR k.object_id IS NULL) AND {start} ORDER BY {sort} LIMIT %s"""

KEYS_PROBE = """
SELECT k.object_id, k.value FROM (SELECT * FROM {keys} ORDER BY {sort}) k,
LATERAL (SELECT FROM samples_object o WHERE o.id = k.object_id AND o.project_id = %s AND {condition} OFFSET 0) o
WHERE {start} ORDER BY {sort} LIMIT %s"""
