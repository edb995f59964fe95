"""Which outline of an object somebody saw: a number that goes up with each correction, and with each undo."""

# Of an object `o` with its outline `l` on a scan. One without an outline has had as many as corrections of it were
# taken back, each of which was at least one revision and its undo another: so no number ever means two outlines.
REVISION = """COALESCE(l.revision, CASE
    WHEN EXISTS (SELECT FROM scans_outlinecorrection WHERE scan_id = %(scan)s) THEN (
        SELECT 2 * count(*) FROM scans_outlinecorrection c
        WHERE c.object_ids @> ARRAY[o.id] AND c.undone IS NOT NULL)
    ELSE 0 END)::int"""
