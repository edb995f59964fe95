"""What of ids, samples, acquisitions and columns stands against taking objects to another project."""

from typing import Any

from django.db import connection

from annotations.samples.affected_samples import acquisitions_touched, samples_touched
from annotations.samples.columns import ColumnTypeConflict, refuse_conflicts
from annotations.samples.following import Conflict, Selection
from annotations.samples.models import FreeColumn
from annotations.samples.rows import NewColumn

MOST_NAMED = 20  # of each kind; the sentence above says how many there are

MOST_COUNTED = 1000  # ids that are there already: of more it is said that there are

IDS = """
SELECT t.original_id FROM samples_objectfields w
JOIN samples_objectfields t ON t.project_id = %s AND t.original_id = w.original_id
WHERE w.object_id IN ({objects}) LIMIT {most}
"""
# Samples lie where their objects lie. One that went in part lies elsewhere by now, but within the same extent.
PLACES = """
SELECT s.original_id, format('%%s, %%s', round(s.latitude::numeric, 5), round(s.longitude::numeric, 5)),
       format('%%s, %%s', round(t.latitude::numeric, 5), round(t.longitude::numeric, 5))
FROM samples_sample s JOIN samples_sample t ON t.project_id = %s AND t.original_id = s.original_id
JOIN samples_extent e ON e.sample_id = s.id JOIN samples_extent f ON f.sample_id = t.id
WHERE s.id = ANY(%s)
AND (e.south > f.north + 0.0001 OR f.south > e.north + 0.0001 OR e.west > f.east + 0.0001 OR f.west > e.east + 0.0001)
ORDER BY 1 LIMIT {most}
"""
# a column that only one of the two has is no conflict: the sample over there gets it
SAMPLE_FIELDS = """
SELECT s.original_id, x.key, x.value, y.value
FROM samples_sample s JOIN samples_sample t ON t.project_id = %s AND t.original_id = s.original_id
CROSS JOIN jsonb_each_text(s.fields) x JOIN LATERAL jsonb_each_text(t.fields) y ON y.key = x.key
WHERE s.id = ANY(%s) AND x.value IS DISTINCT FROM y.value ORDER BY 1, 2 LIMIT {most}
"""
ACQUISITION_FIELDS = """
SELECT a.original_id, x.key, x.value, y.value
FROM samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
JOIN samples_sample t ON t.project_id = %s AND t.original_id = s.original_id
JOIN samples_acquisition b ON b.sample_id = t.id AND b.original_id = a.original_id
CROSS JOIN LATERAL jsonb_each_text(a.fields || a.process_fields || jsonb_build_object(
    'instrument', a.instrument, 'process', a.process_original_id, 'pixel size, µm', COALESCE(a.pixel_um::text, 'none')
)) x
JOIN LATERAL jsonb_each_text(b.fields || b.process_fields || jsonb_build_object(
    'instrument', b.instrument, 'process', b.process_original_id, 'pixel size, µm', COALESCE(b.pixel_um::text, 'none')
)) y ON y.key = x.key
WHERE a.id = ANY(%s) AND x.value IS DISTINCT FROM y.value ORDER BY 1, 2 LIMIT {most}
"""
# which differ is asked first: of these few only, whether some of the objects are cut from them
PARENTS = """
WITH differing AS MATERIALIZED (
    SELECT p.id, p.file_name, a.original_id FROM samples_parentimage p
    JOIN samples_acquisition a ON a.id = p.acquisition_id JOIN samples_sample s ON s.id = a.sample_id
    JOIN samples_sample t ON t.project_id = %s AND t.original_id = s.original_id
    JOIN samples_acquisition b ON b.sample_id = t.id AND b.original_id = a.original_id
    JOIN samples_parentimage q ON q.acquisition_id = b.id AND q.file_name = p.file_name
    WHERE a.id = ANY(%s) AND (q.key, q.width, q.height) IS DISTINCT FROM (p.key, p.width, p.height)
)
SELECT d.file_name, d.original_id FROM differing d CROSS JOIN LATERAL (
    {objects} AND o.id IN (SELECT i.object_id FROM samples_image i WHERE i.parent_id = d.id) LIMIT 1
) first ORDER BY 1 LIMIT {most}
"""
SAMPLE_REMEDY = "Correct one of the two in the table of samples."
ACQUISITION_REMEDY = "Give them the same, or move other objects."


def check_samples(selection: Selection) -> list[Conflict]:
    if selection.transfer.source.is_bin:  # what comes out of it goes into its own samples
        return [*_ids(selection), *_columns(selection)]
    samples = samples_touched(selection)
    acquisitions = acquisitions_touched(selection, samples)
    return [
        *_ids(selection),
        *_of_samples(selection, samples),
        *_of_acquisitions(selection, acquisitions),
        *_columns(selection),
    ]


def _of_samples(selection: Selection, samples: list[int]) -> list[Conflict]:
    places = _rows(PLACES, selection, samples)
    fields = _rows(SAMPLE_FIELDS, selection, samples)
    return [
        *(Conflict("Sample", name, here, there, SAMPLE_REMEDY) for name, here, there in places),
        *(
            Conflict("Sample", f"{name}, {key}", here, there, SAMPLE_REMEDY)
            for name, key, here, there in fields
        ),
    ]


def _of_acquisitions(selection: Selection, acquisitions: list[int]) -> list[Conflict]:
    fields = _rows(ACQUISITION_FIELDS, selection, acquisitions)
    parents = _rows(PARENTS, selection, acquisitions, *selection.params)
    return [
        *(
            Conflict("Acquisition", f"{name}, {key}", here, there, ACQUISITION_REMEDY)
            for name, key, here, there in fields
        ),
        *(
            Conflict(
                "Picture", f"{name} of {acquisition}", "one picture", "another one", "Move other objects."
            )
            for name, acquisition in parents
        ),
    ]


def _rows(statement: str, selection: Selection, *params: Any, most: int = MOST_NAMED) -> list[tuple]:
    text = statement.format(objects=selection.sql, most=most)
    with connection.cursor() as cursor:
        cursor.execute(text, [selection.transfer.target.pk, *params])
        return cursor.fetchall()


def _ids(selection: Selection) -> list[Conflict]:
    rows = sorted(_rows(IDS, selection, *selection.params, most=MOST_COUNTED + 1))
    if not rows:
        return []
    count = min(len(rows), MOST_COUNTED)
    number = f"{count:,}" if len(rows) == count else f"More than {count:,}"
    names, more = ", ".join(name for (name,) in rows[:5]), f" and {count - 5:,} more" if count > 5 else ""
    remedy = f"{number} of these ids are there already: delete those there"
    remedy += "." if selection.transfer.source.is_bin else ", or leave them out of the filter."
    return [Conflict("Object", names + more, remedy=remedy)]


def _columns(selection: Selection) -> list[Conflict]:
    transfer = selection.transfer
    columns = [
        NewColumn(FreeColumn.Level(column.level), column.name, column.is_number)
        for column in FreeColumn.objects.filter(project=transfer.source)
    ]
    try:
        refuse_conflicts(transfer.target, columns)
    except ColumnTypeConflict as conflict:
        kinds = {True: "numbers", False: "texts"}
        remedy = "One name can't be both: import one of the two packages under another name of the column."
        return [
            Conflict("Free column", f"{c.level}_{c.name}", kinds[c.is_number], kinds[not c.is_number], remedy)
            for c in conflict.columns
        ]
    return []
