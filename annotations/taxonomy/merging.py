"""The SQL of an import of taxa: `staged` are the lines of the table, `tree` the whole tree as it will be."""

STAGING = """(
    line int, key text, parent_key text, name text, display_name text, kind text, rank text, authority text,
    status text, replaced_key text, note text, aphia bigint, ecotaxa bigint, accepted_key text,
    depth int, parent bigint, taxon bigint, is_new boolean NOT NULL DEFAULT false,
    name_folded text GENERATED ALWAYS AS (taxonomy_folded(name)) STORED,
    folded text GENERATED ALWAYS AS (taxonomy_folded(coalesce(display_name, name))) STORED
)"""

_TWICE = """
SELECT line, {what}, first FROM (
    SELECT line, {what}, min(line) OVER (PARTITION BY {by}) AS first FROM staged WHERE {where}
) found WHERE line > first ORDER BY line
"""

CHECKS = {
    # (column, message, SQL that gives the line and what the message speaks of)
    "before": [
        (
            "key",
            "{} stands in line {} already. An id names one taxon: remove one of the two lines.",
            _TWICE.format(what="key", by="key", where="true"),
        ),
        (
            "aphia_id",
            "The AphiaID {} stands in line {} already. Correct one of the two.",
            _TWICE.format(what="aphia", by="aphia", where="aphia IS NOT NULL AND accepted_key IS NULL"),
        ),
        (
            "name",
            "{} stands under the same parent in line {} already. Remove or rename one of the two.",
            _TWICE.format(
                what="name", by="lower(name), parent_key", where="accepted_key IS NULL AND status = 'A'"
            ),
        ),
        (
            "parent",
            "The parent {} is neither in the table nor known here. Add its line, or empty the cell.",
            """SELECT g.line, g.parent_key FROM staged g
               WHERE g.parent_key IS NOT NULL AND g.accepted_key IS NULL
                 AND NOT EXISTS (SELECT FROM staged p WHERE p.key = g.parent_key)
                 AND NOT EXISTS (SELECT FROM taxonomy_taxon t WHERE {outside_parent}) ORDER BY 1""",
        ),
        (
            "parent",
            "{} stands below itself: following the parents from here leads back to this line. Correct the parent.",
            """WITH RECURSIVE reached (key) AS (
                   SELECT g.key FROM staged g WHERE g.parent_key IS NULL
                       OR NOT EXISTS (SELECT FROM staged p WHERE p.key = g.parent_key)
                   UNION
                   SELECT g.key FROM staged g JOIN reached ON g.parent_key = reached.key
               ), lost AS (
                   SELECT key, parent_key, line, name FROM staged g
                   WHERE NOT EXISTS (SELECT FROM reached WHERE reached.key = g.key)
               ), up (start, above) AS (
                   SELECT key, parent_key FROM lost
                   UNION
                   SELECT up.start, lost.parent_key FROM up JOIN lost ON lost.key = up.above WHERE up.above <> up.start
               )
               SELECT line, name FROM lost WHERE EXISTS (SELECT FROM up WHERE start = key AND above = key)
               ORDER BY 1""",
        ),
        (
            "acceptednameusageid",
            "The accepted name {} is neither in the table nor known here. Add its line, or empty the cell.",
            """SELECT g.line, g.accepted_key FROM staged g
               WHERE g.accepted_key IS NOT NULL
                 AND NOT EXISTS (SELECT FROM staged a WHERE a.key = g.accepted_key)
                 AND NOT EXISTS (SELECT FROM taxonomy_taxon t WHERE {outside_accepted}) ORDER BY 1""",
        ),
        (
            "acceptednameusageid",
            "The accepted name {} is itself a synonym, in line {}. Name the one that is accepted in the end.",
            """SELECT g.line, g.accepted_key, a.line FROM staged g JOIN staged a ON a.key = g.accepted_key
               WHERE a.accepted_key IS NOT NULL ORDER BY 1""",
        ),
        (
            "rename_to",
            "The replacement {} is neither in the table nor known here. Add its line, or empty the cell.",
            """SELECT g.line, g.replaced_key FROM staged g
               WHERE g.replaced_key IS NOT NULL
                 AND NOT EXISTS (SELECT FROM staged a WHERE a.key = g.replaced_key)
                 AND NOT EXISTS (SELECT FROM taxonomy_taxon t WHERE {outside_replaced}) ORDER BY 1""",
        ),
    ],
    "after": [
        (
            "parent",
            "{} would stand below itself, because the site has what is above it below it. Move it on its page first.",
            """SELECT g.line, g.name FROM staged g WHERE g.accepted_key IS NULL AND g.taxon IN (
                   SELECT id FROM tree WHERE path IS NULL) ORDER BY 1""",
        ),
    ],
}

LEVELS = {
    "before": [
        # the children of a synonym are those of the accepted name
        """UPDATE staged g SET parent_key = s.accepted_key FROM staged s
           WHERE s.key = g.parent_key AND s.accepted_key IS NOT NULL AND g.accepted_key IS NULL""",
        """WITH RECURSIVE level (key, depth) AS (
               SELECT g.key, 0 FROM staged g
               WHERE g.accepted_key IS NULL
                 AND (g.parent_key IS NULL OR NOT EXISTS (SELECT FROM staged p WHERE p.key = g.parent_key))
               UNION ALL
               SELECT g.key, level.depth + 1 FROM staged g JOIN level ON g.parent_key = level.key
               WHERE g.accepted_key IS NULL
           )
           UPDATE staged g SET depth = level.depth FROM level WHERE level.key = g.key""",
        "CREATE INDEX ON staged (depth); CREATE INDEX ON staged (taxon); ANALYZE staged",
        # what numbers say comes before what names say
        "UPDATE staged g SET taxon = t.id FROM taxonomy_taxon t WHERE t.ecotaxa_id = g.ecotaxa AND g.depth IS NOT NULL",
        """UPDATE staged g SET taxon = t.id FROM taxonomy_taxon t
           WHERE t.aphia_id = g.aphia AND g.taxon IS NULL AND g.depth IS NOT NULL
             AND (t.ecotaxa_id IS NULL OR g.ecotaxa IS NULL)
             AND NOT EXISTS (SELECT FROM staged o WHERE o.taxon = t.id)""",
        """UPDATE staged g SET parent = taxonomy_in_use(t.id) FROM taxonomy_taxon t
           WHERE g.depth = 0 AND {outside_parent}""",
    ],
    "each": [
        # the children of what was merged here stand below what that became, though the table holds it in use
        """UPDATE staged g SET parent = CASE WHEN t.replaced_by_id IS NOT NULL AND p.status = 'A'
                                            THEN taxonomy_in_use(t.id) ELSE p.taxon END
           FROM staged p LEFT JOIN taxonomy_taxon t ON t.id = p.taxon
           WHERE g.depth = %(depth)s AND p.key = g.parent_key""",
        """UPDATE staged g SET taxon = t.id FROM taxonomy_taxon t
           WHERE g.depth = %(depth)s AND g.taxon IS NULL
             AND t.name_folded = g.name_folded AND lower(t.name) = lower(g.name)
             AND t.parent_id IS NOT DISTINCT FROM g.parent AND (t.ecotaxa_id IS NULL OR g.ecotaxa IS NULL)
             AND t.id = (SELECT min(s.id) FROM taxonomy_taxon s
                         WHERE s.name_folded = g.name_folded AND lower(s.name) = lower(g.name)
                           AND s.parent_id IS NOT DISTINCT FROM g.parent)
             AND NOT EXISTS (SELECT FROM staged o WHERE o.taxon = t.id)""",
        # A package brings a name without its place in the tree, or EcoTaxa's own name for it: it finds its place now.
        """UPDATE staged g SET taxon = t.id FROM taxonomy_taxon t
           WHERE g.depth = %(depth)s AND g.taxon IS NULL AND t.folded = g.folded
             AND lower(t.display_name) = lower(coalesce(g.display_name, g.name))
             AND (t.parent_id IS NULL OR g.display_name IS NOT NULL)
             AND (t.ecotaxa_id IS NULL OR g.ecotaxa IS NULL) AND (t.aphia_id IS NULL OR g.aphia IS NULL)
             AND NOT EXISTS (SELECT FROM staged o WHERE o.taxon = t.id)
             AND NOT EXISTS (SELECT FROM staged o WHERE o.accepted_key IS NULL AND o.line <> g.line
                             AND lower(coalesce(o.display_name, o.name)) = lower(coalesce(g.display_name, g.name)))""",
        """UPDATE staged SET taxon = nextval(pg_get_serial_sequence('taxonomy_taxon', 'id')), is_new = true
           WHERE depth = %(depth)s AND taxon IS NULL""",
    ],
}

_CLASH = """
UPDATE tree SET display_name = {longer} FROM tree me
LEFT JOIN tree p ON p.id = me.parent LEFT JOIN tree pp ON pp.id = p.parent LEFT JOIN tree ppp ON ppp.id = pp.parent
WHERE tree.id = me.id
  AND lower(me.display_name) IN (SELECT lower(display_name) FROM tree GROUP BY 1 HAVING count(*) > 1)
"""

TREE = [
    """CREATE TEMPORARY TABLE tree AS
           SELECT coalesce(g.taxon, t.id) AS id, coalesce(g.parent, t.parent_id) AS parent,
                  coalesce(g.name, t.name) AS name, coalesce(g.display_name, t.display_name, g.name) AS display_name,
                  t.name AS old_name, t.parent_id AS old_parent, g.display_name IS NOT NULL AS is_named,
                  NULL::bigint[] AS path
           FROM taxonomy_taxon t
           FULL JOIN (SELECT * FROM staged WHERE accepted_key IS NULL) g ON g.taxon = t.id""",
    "CREATE UNIQUE INDEX ON tree (id); CREATE INDEX ON tree (parent); ANALYZE tree",
    """WITH RECURSIVE walk (id, path) AS (
               SELECT id, ARRAY[id] FROM tree WHERE parent IS NULL
               UNION ALL
               SELECT tree.id, walk.path || tree.id FROM walk JOIN tree ON tree.parent = walk.id
           )
           UPDATE tree SET path = walk.path FROM walk WHERE walk.id = tree.id""",
    # the displayed name follows the name, and the name of the parent where it holds that
    """UPDATE tree SET display_name = name WHERE NOT is_named AND lower(old_name) <> lower(name)
               AND lower(display_name) = lower(old_name)""",
    """UPDATE tree SET display_name = concat(tree.name, '<', p.name) FROM tree p
           WHERE p.id = tree.parent AND NOT tree.is_named AND tree.display_name LIKE '%<%'
             AND (tree.old_name, tree.old_parent, p.old_name) IS DISTINCT FROM (tree.name, tree.parent, p.name)""",
    # a name that is not unique gets its parent, as in EcoTaxa; then its grandparent; in the end its number
    _CLASH.format(longer="concat(me.name, '<' || p.name)"),
    _CLASH.format(longer="concat(me.name, '<' || p.name, '<' || pp.name)"),
    _CLASH.format(longer="left(concat(me.name, '<' || p.name, '<' || pp.name, '<' || ppp.name), 370)"),
    _CLASH.format(longer="concat(me.display_name, ' [', me.id, ']')"),
]

WRITE = {
    "updated": """
            UPDATE taxonomy_taxon t SET
                name = n.name, display_name = n.display_name, parent_id = n.parent_id, path = n.path, kind = n.kind,
                rank = n.rank, authority = n.authority, note = n.note, aphia_id = n.aphia_id, ecotaxa_id = n.ecotaxa_id,
                status = n.status, replaced_by_id = CASE WHEN n.status = 'D' THEN t.replaced_by_id END
            FROM (
                SELECT o.id, tree.name, tree.display_name, tree.parent AS parent_id, tree.path,
                       coalesce(g.kind, o.kind) AS kind, coalesce(nullif(g.rank, ''), o.rank) AS rank,
                       coalesce(nullif(g.authority, ''), o.authority) AS authority,
                       CASE WHEN o.note = '' THEN coalesce(g.note, '') ELSE o.note END AS note,
                       coalesce(g.aphia, o.aphia_id) AS aphia_id, coalesce(g.ecotaxa, o.ecotaxa_id) AS ecotaxa_id,
                       CASE WHEN g.status = 'D' THEN 'D' ELSE o.status END AS status
                FROM taxonomy_taxon o JOIN tree ON tree.id = o.id
                LEFT JOIN staged g ON g.taxon = o.id AND g.accepted_key IS NULL
            ) n
            WHERE n.id = t.id AND (t.name, t.display_name, t.parent_id, t.path, t.kind, t.rank, t.authority, t.note,
                                   t.aphia_id, t.ecotaxa_id, t.status)
                IS DISTINCT FROM (n.name, n.display_name, n.parent_id, n.path, n.kind, n.rank, n.authority, n.note,
                                  n.aphia_id, n.ecotaxa_id, n.status)""",
    "added": """
            INSERT INTO taxonomy_taxon (id, name, display_name, parent_id, path, kind, rank, authority, status, note,
                                        aphia_id, ecotaxa_id, used)
            SELECT g.taxon, g.name, tree.display_name, g.parent, tree.path, g.kind, g.rank, g.authority, g.status,
                   g.note, g.aphia, g.ecotaxa, 0
            FROM staged g JOIN tree ON tree.id = g.taxon WHERE g.is_new""",
    "analysed": "ANALYZE staged, taxonomy_taxon",  # or what follows is planned for the tree as it was
    "replaced": """
            UPDATE taxonomy_taxon t SET replaced_by_id = r.into_id FROM (
                SELECT g.taxon, coalesce(
                    (SELECT o.taxon FROM staged o WHERE o.key = g.replaced_key),
                    (SELECT t.id FROM taxonomy_taxon t WHERE {outside_replaced})) AS into_id
                FROM staged g WHERE g.replaced_key IS NOT NULL
            ) r WHERE r.taxon = t.id AND t.replaced_by_id IS DISTINCT FROM r.into_id AND r.into_id <> t.id""",
    "accepted": """
            UPDATE staged g SET taxon = coalesce(
                (SELECT o.taxon FROM staged o WHERE o.key = g.accepted_key),
                (SELECT t.id FROM taxonomy_taxon t WHERE {outside_accepted}))
            WHERE g.accepted_key IS NOT NULL""",
    "synonyms": """
            INSERT INTO taxonomy_synonym (taxon_id, name)
            SELECT DISTINCT ON (g.taxon, lower(g.name)) g.taxon, g.name FROM staged g
            WHERE g.accepted_key IS NOT NULL AND g.name <> '' ON CONFLICT DO NOTHING""",
    # what was accepted here before WoRMS made it a synonym
    "superseded": """
            UPDATE taxonomy_taxon t SET status = 'D', replaced_by_id = g.taxon FROM staged g
            WHERE g.accepted_key IS NOT NULL AND t.aphia_id = g.aphia AND t.id <> g.taxon
              AND (t.status, t.replaced_by_id) IS DISTINCT FROM ('D', g.taxon)""",
}
