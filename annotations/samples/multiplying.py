"""Adds a sample of objects that are like others, for measurements at a size that nobody wants to draw.

Everything else comes through `actions.add_objects`; a hundred million rows are better made where they are kept.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection, transaction

from annotations.projects.models import Project

SAMPLE = """
INSERT INTO samples_sample (project_id, original_id, latitude, longitude, fields)
SELECT project_id, 'grown_' || %(n)s, latitude, longitude, fields FROM samples_sample
WHERE id = (SELECT min(sample_id) FROM samples_object WHERE project_id = %(project)s) RETURNING id
"""
ACQUISITION = """
INSERT INTO samples_acquisition
    (sample_id, original_id, instrument, pixel_um, pixel_source, fields, process_original_id, process_fields)
SELECT %(sample)s, 'grown_' || %(n)s, instrument, pixel_um, pixel_source, fields, process_original_id, process_fields
FROM samples_acquisition WHERE id = (SELECT min(acquisition_id) FROM samples_object WHERE project_id = %(project)s)
RETURNING id
"""
OBJECTS = """
WITH seed AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM samples_object
    WHERE project_id = %(project)s ORDER BY id LIMIT %(seeds)s
), grown AS (
    SELECT nextval(pg_get_serial_sequence('samples_object', 'id')) AS new_id, seed.id AS old_id, n
    FROM generate_series(%(first)s::bigint, %(first)s::bigint + %(count)s - 1) AS n
    JOIN seed ON seed.place = n %% %(seeds)s
), objects AS (
    INSERT INTO samples_object (id, project_id, sample_id, acquisition_id, taxon_id, state, score, margin, entropy,
        latitude, longitude, depth_min, depth_max, taken_at, has_time, annotator_id, labelled_at, version)
    SELECT g.new_id, o.project_id, %(sample)s, %(acquisition)s, o.taxon_id, o.state,
        CASE WHEN o.state = 'P' THEN round(random()::numeric, 6) END, CASE WHEN o.state = 'P' THEN random() END,
        CASE WHEN o.state = 'P' THEN random() END,
        %(latitude)s + random() / 100, %(longitude)s + random() / 100, o.depth_min, o.depth_max,
        %(taken_at)s + random() * interval '3 hours', o.has_time,
        o.annotator_id, o.labelled_at, 1
    FROM grown g JOIN samples_object o ON o.id = g.old_id ORDER BY g.new_id
), fields AS (
    INSERT INTO samples_objectfields (object_id, project_id, original_id, "values", texts)
    SELECT g.new_id, w.project_id, 'grown_' || g.n,
        (SELECT array_agg(v * (0.9 + 0.2 * random()) ORDER BY i) FROM unnest(w."values") WITH ORDINALITY AS u (v, i)),
        w.texts
    FROM grown g JOIN samples_objectfields w ON w.object_id = g.old_id ORDER BY g.new_id
)
INSERT INTO samples_image
    (object_id, rank, key, file_name, width, height, original_key, origin, window_low, window_high)
SELECT g.new_id, i.rank, i.key, i.file_name, i.width, i.height, i.original_key, i.origin, i.window_low, i.window_high
FROM grown g JOIN samples_image i ON i.object_id = g.old_id ORDER BY g.new_id
"""


@dataclass(frozen=True, slots=True)
class Tow:
    """Where and when a sample is taken: three hours at one place, degrees north and east, UTC."""

    latitude: float
    longitude: float
    taken_at: datetime


@transaction.atomic
def add_multiplied_sample(*, project: Project, first: int, count: int, seeds: int, tow: Tow) -> None:
    """Adds a sample of `count` copies of the project's first `seeds` objects, numbered from `first` on.

    Scores, places and measurements vary; pictures are shared, and nothing is logged.
    """
    params = {
        "project": project.pk,
        "n": first,
        "first": first,
        "count": count,
        "seeds": seeds,
        **asdict(tow),
    }
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, params)
        (sample,) = cursor.fetchone()
        cursor.execute(ACQUISITION, params | {"sample": sample})
        (acquisition,) = cursor.fetchone()
        cursor.execute(OBJECTS, params | {"sample": sample, "acquisition": acquisition})
