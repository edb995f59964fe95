"""The samples and acquisitions of selected objects, which a plan for a million objects asks for: no object is read but
the first of each."""

from django.db import connection

from annotations.samples.following import Selection

# a lateral join with a limit is a probe a sample; anything else may become a join of all objects
PROBED_SAMPLES = """
SELECT s.id FROM samples_sample s CROSS JOIN LATERAL ({objects} AND o.sample_id = s.id LIMIT 1) first
WHERE s.project_id = %s
"""
PROBED_ACQUISITIONS = """
SELECT a.id FROM samples_acquisition a
CROSS JOIN LATERAL ({objects} AND o.sample_id = a.sample_id AND o.acquisition_id = a.id LIMIT 1) first
WHERE a.sample_id = ANY(%s)
"""
OF_FEW = "SELECT DISTINCT o.{column} FROM samples_object o WHERE o.id IN ({objects})"


def samples_touched(selection: Selection) -> list[int]:
    if selection.is_few:
        return _ids(OF_FEW.format(column="sample_id", objects=selection.sql), selection.params)
    statement = PROBED_SAMPLES.format(objects=selection.sql)
    return _ids(statement, [*selection.params, selection.transfer.source.pk])


def acquisitions_touched(selection: Selection, samples: list[int]) -> list[int]:
    """`samples` are those touched."""
    if selection.is_few:
        return _ids(OF_FEW.format(column="acquisition_id", objects=selection.sql), selection.params)
    return _ids(PROBED_ACQUISITIONS.format(objects=selection.sql), [*selection.params, samples])


def _ids(statement: str, params: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [number for (number,) in cursor.fetchall()]
