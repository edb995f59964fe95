"""The SQL that writes lines of tables: `lines.py` fills it in."""

# Labels whose taxon the site does not know yet go out as they came in, under the name that waits: also where a model
# has predicted the object meanwhile, as settling the name would place them (PLACE_PENDING of `labels/statements.py`).
# What the planner knows of a project may be old, so nothing here depends on its guesses: the objects of the batch come
# first (OFFSET 0 keeps them together), and each finds its rows by their keys. When acquisitions came first, every batch
# read all objects of the project; with an ordinary join, every object all fields of the batch.
# An object's array and JSON are unpacked once, not once for each column.
LINES = """
COPY (
    WITH p AS MATERIALIZED (
        SELECT {parents} FROM samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
        WHERE {scope_of_sample}
    ), pending AS (
        SELECT l.object_id, l.state, l.score, l.margin, l.entropy, l.annotator_id, l.labelled_at, n.ecotaxa_id,
            {pending_name} AS name, {pending_lineage} AS lineage
        FROM nomenclature_keptlabel l JOIN nomenclature_unknownname n ON n.id = l.unknown_id
        WHERE l.object_id BETWEEN %s AND %s AND n.state = 'waiting'
    ), lineages AS (
        SELECT t.id, string_agg(a.display_name, '>' ORDER BY place) AS lineage
        FROM taxonomy_taxon t CROSS JOIN unnest(t.path) WITH ORDINALITY AS p (above, place)
        JOIN taxonomy_taxon a ON a.id = p.above AND strpos(a.display_name, '>') = 0
        WHERE t.id IN (SELECT o.taxon_id FROM samples_object o WHERE {scope} AND o.id BETWEEN %s AND %s)
        GROUP BY t.id
    ), taxa AS MATERIALIZED (
        SELECT t.id, t.ecotaxa_id, {taxon_name} AS name, {taxon_lineage} AS lineage
        FROM taxonomy_taxon t LEFT JOIN lineages USING (id)
        WHERE t.id IN (SELECT o.taxon_id FROM samples_object o WHERE {scope} AND o.id BETWEEN %s AND %s)
    )
    SELECT {columns}
    FROM (
        SELECT o.* FROM samples_object o WHERE {scope} AND o.id BETWEEN %s AND %s AND ({condition}) OFFSET 0
    ) o
    JOIN LATERAL (
        SELECT {fields} FROM (
            SELECT original_id, "values" || '{{}}'::float8[] AS numbers, texts || '{{}}'::jsonb AS texts
            FROM samples_objectfields WHERE object_id = o.id OFFSET 0
        ) unpacked OFFSET 0
    ) w ON TRUE
    JOIN p ON p.id = o.acquisition_id
    LEFT JOIN LATERAL (SELECT * FROM {pictures} every WHERE every.object_id = o.id ORDER BY rank {limit}) i ON TRUE
    LEFT JOIN taxa t ON t.id = o.taxon_id
    LEFT JOIN pending k ON k.object_id = o.id
        AND (o.state = 'U' AND o.annotator_id IS NULL OR o.state = 'P' AND k.state <> 'P')
    LEFT JOIN accounts_user u ON u.id = CASE WHEN k.object_id IS NULL THEN o.annotator_id ELSE k.annotator_id END
    {people}
    ORDER BY o.id, i.rank
) TO STDOUT (FORMAT csv, DELIMITER E'{delimiter}')
"""
BATCHES = """
SELECT min(id), max(id) FROM (
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
