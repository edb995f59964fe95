"""What is looked for among public projects, and the SQL that counts it in some of them, by the tally.

Samples are narrowed first, for a tally has many rows of each.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

PICTURES = 6  # of a project
MOST_PLACES = 500  # samples
# row by row, for the planner knows neither how many samples stay nor how many rows of the tally they have
PUBLIC = """
WITH public AS (
    SELECT s.project_id, s.id AS sample_id, s.original_id, s.latitude, s.longitude, e.taken_first, e.taken_last,
           n.taxon_id, n.count
    FROM samples_sample s JOIN public_publicface f USING (project_id) LEFT JOIN samples_extent e ON e.sample_id = s.id
    CROSS JOIN LATERAL (
        SELECT t.taxon_id, sum(t.count)::bigint AS count FROM labels_tally t
        WHERE t.project_id = s.project_id AND t.sample_id = s.id AND (f.has_all_states OR t.state = 'V') AND {labels}
        GROUP BY 1 HAVING sum(t.count) > 0
    ) n
    WHERE s.project_id = ANY(%(projects)s) AND {samples}
)
"""
COUNTS = f"""{PUBLIC}
SELECT project_id, sum(count)::bigint, count(DISTINCT sample_id), min(taken_first), max(taken_last)
FROM public GROUP BY 1
"""
INSTRUMENTS = f"""{PUBLIC}
SELECT DISTINCT p.project_id, a.instrument FROM (SELECT DISTINCT project_id, sample_id FROM public) p
JOIN samples_acquisition a USING (sample_id) WHERE a.instrument <> '' ORDER BY 1, 2
"""
FREQUENT = f"""{PUBLIC}
SELECT project_id, taxon_id FROM (
    SELECT project_id, taxon_id, row_number() OVER (PARTITION BY project_id ORDER BY sum(count) DESC, taxon_id) AS place
    FROM public WHERE taxon_id IS NOT NULL GROUP BY 1, 2
) n WHERE place <= {PICTURES} ORDER BY project_id, place
"""
PLACES = f"""{PUBLIC}
SELECT original_id, sample_id, latitude, longitude, sum(count)::bigint FROM public
WHERE latitude IS NOT NULL AND longitude IS NOT NULL
GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT {MOST_PLACES}
"""


@dataclass(frozen=True)
class ExploreQuery:
    """What is looked for; what is empty is not asked."""

    taxa: tuple[int, ...] = ()  # the taxon with all below it
    box: tuple[float, ...] = ()  # west, south, east, north
    first: date | None = None
    last: date | None = None
    instrument: str = ""

    def labels(self) -> tuple[str, dict]:
        """SQL about the tally `t`, with its parameters."""
        return ("t.taxon_id = ANY(%(taxa)s)", {"taxa": list(self.taxa)}) if self.taxa else ("TRUE", {})

    def samples(self) -> tuple[str, dict]:
        """SQL about the sample `s` and its extent `e`, with its parameters."""
        parts = ["TRUE"]
        params: dict[str, object] = {}
        if self.box:
            join = "AND" if self.box[0] <= self.box[2] else "OR"
            parts.append("s.latitude BETWEEN %(south)s AND %(north)s")
            parts.append(f"(s.longitude >= %(west)s {join} s.longitude <= %(east)s)")
            params |= dict(zip(("west", "south", "east", "north"), self.box, strict=True))
        if self.first:
            parts.append("e.taken_last >= %(first)s")
            params["first"] = self.first
        if self.last:
            parts.append("e.taken_first < %(after)s")
            params["after"] = self.last + timedelta(days=1)
        if self.instrument:
            parts.append(
                "lower(%(instrument)s) = ANY(ARRAY("
                "SELECT lower(a.instrument) FROM samples_acquisition a WHERE a.sample_id = s.id))"
            )
            params["instrument"] = self.instrument
        return " AND ".join(parts), params


def rows_of(statement: str, query: ExploreQuery, projects: list[int]) -> list[tuple]:
    (samples, of_samples), (labels, of_labels) = query.samples(), query.labels()
    with connection.cursor() as cursor:
        params = {**of_samples, **of_labels, "projects": projects}
        cursor.execute(statement.format(samples=samples, labels=labels), params)
        return cursor.fetchall()
