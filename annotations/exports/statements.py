"""The SQL that writes lines of tables: `lines.py` fills it in, `shared.py` what many lines share."""

from annotations.projects.addresses import JOIN_PEOPLE

# Labels whose taxon the site does not know yet go out as they came in, under the name that waits: also where a model
# has predicted the object meanwhile, as settling the name would place them (PLACE_PENDING of `labels/statements.py`).
# What the planner knows of a project may be old, so nothing here depends on its guesses: the objects of the batch come
# first, in their order (OFFSET 0 keeps them together), and what they have is either read along with them ({within} is
# the range of the batch) or found by their keys. Neither loses the order, so that pictures stay by their ranks. When
# acquisitions came first, every batch read all objects of the project.
# An object's array and JSON are unpacked once, not once for each column.
LINES = """
COPY (
    SELECT {columns}
    FROM (
        SELECT o.* FROM samples_object o
        WHERE {scope} AND o.id BETWEEN %s AND %s AND ({condition}) ORDER BY o.id OFFSET 0
    ) o
    JOIN LATERAL (
        SELECT object_id, {fields} FROM (
            SELECT object_id, original_id, "values" || '{{}}'::float8[] AS numbers, texts || '{{}}'::jsonb AS texts
            FROM samples_objectfields WHERE {within} ORDER BY object_id OFFSET 0
        ) unpacked OFFSET 0
    ) w ON w.object_id = o.id
    LEFT JOIN LATERAL (
        SELECT {first} * FROM {pictures} every WHERE {within} ORDER BY object_id, rank
    ) i ON i.object_id = o.id
    LEFT JOIN LATERAL (
        SELECT l.* FROM nomenclature_keptlabel l JOIN nomenclature_unknownname n ON n.id = l.unknown_id
        WHERE {within} AND n.state = 'waiting' ORDER BY object_id OFFSET 0
    ) k ON k.object_id = o.id
        AND (o.state = 'U' AND o.annotator_id IS NULL OR o.state = 'P' AND k.state <> 'P')
    ORDER BY o.id
) TO STDOUT (FORMAT csv, DELIMITER E'{delimiter}')
"""
BY_KEY = "object_id = o.id"
ALONG = "object_id BETWEEN {first} AND {last}"
# whose the shared cells of an object are: a name that waits has its label, and before its number an n
OWNERS = {
    "acquisition": "o.acquisition_id",
    "taxon": "CASE WHEN k.object_id IS NULL THEN COALESCE(o.taxon_id::text, '') ELSE 'n' || k.unknown_id END",
    "annotator": "COALESCE((CASE WHEN k.object_id IS NULL THEN o.annotator_id ELSE k.annotator_id END)::text, '')",
}
# the cells of these owners, behind their number
SHARED = {
    "acquisition": """
COPY (
    SELECT a.id, {cells} FROM samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
    WHERE a.id = ANY(%s)
) TO STDOUT (FORMAT csv, DELIMITER E'{delimiter}')
""",
    "taxon": """
COPY (
    SELECT t.owner, {cells} FROM (
        SELECT id::text AS owner, ecotaxa_id, display_name AS name, (
            SELECT string_agg(a.display_name, '>' ORDER BY place)
            FROM unnest(path) WITH ORDINALITY AS p (above, place)
            JOIN taxonomy_taxon a ON a.id = p.above AND strpos(a.display_name, '>') = 0
        ) AS lineage
        FROM taxonomy_taxon WHERE id = ANY(%s)
        UNION ALL
        SELECT 'n' || id, ecotaxa_id, name, NULLIF(array_to_string(lineage, '>'), '')
        FROM nomenclature_unknownname WHERE id = ANY(%s)
    ) t
) TO STDOUT (FORMAT csv, DELIMITER E'{delimiter}')
""",
    "annotator": f"""
COPY (
    SELECT u.id, {{cells}} FROM (SELECT %s::int AS project_id) o JOIN accounts_user u ON u.id = ANY(%s)
    {JOIN_PEOPLE}
) TO STDOUT (FORMAT csv, DELIMITER E'{{delimiter}}')
""",
}
BATCHES = """
SELECT min(id), max(id), count(*) FROM (
    SELECT o.id, (row_number() OVER (ORDER BY o.id) - 1) / %s AS batch FROM samples_object o
    WHERE {scope} AND ({condition})
) numbered GROUP BY batch ORDER BY batch
"""
# pictures as they came in, or as pages and models see them
ORIGINALS = """
(SELECT id, object_id, rank, file_name, COALESCE(NULLIF(original_key, ''), key) AS key, width, height
 FROM samples_image)
"""
RENDERINGS = r"""
(SELECT id, object_id, rank, key, width, height,
    CASE original_key WHEN '' THEN file_name ELSE regexp_replace(file_name, '(\.[^./]*)?$', '.png') END AS file_name
 FROM samples_image)
"""
# of each object the one that pages show
FIRST = """
(SELECT * FROM {pictures} every WHERE NOT EXISTS (
    SELECT FROM samples_image before WHERE before.object_id = every.object_id AND before.rank < every.rank))
"""
# `classifier/contract/spreadsheet.py` in SQL: an apostrophe before what a spreadsheet takes for a formula
NEUTRALISED = r"""
regexp_replace({0}, '^(?=\s*[-=+@＝＋－＠]|[\t\r\n])(?![-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$)', '''')
"""
# the same, without asking a text that begins with a digit or a letter of ASCII: a regular expression takes its time
MOSTLY_PLAIN = f"""
CASE WHEN ascii({{0}}) BETWEEN 48 AND 57 OR ascii({{0}}) BETWEEN 65 AND 122 THEN {{0}} ELSE {NEUTRALISED} END
"""
