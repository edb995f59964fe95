"""What is in a project's bin keeps its samples and acquisitions: there stand-ins hold their place.

Objects move into the bin as into any project, which makes samples of the same names. Which sample of the project each
of these stands for is noted, so that what is renamed or corrected there meanwhile is what the objects come back to.
Samples that are deleted themselves move with their numbers, once they are empty: all that names them stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from annotations.projects.models import Project
from annotations.samples.actions import take_turns

Pairs = list[list[int]]  # in the bin, in the project

NEW_SAMPLES = """
SELECT t.id, s.id FROM samples_sample t
JOIN samples_sample s ON s.project_id = %(project)s AND s.original_id = t.original_id
WHERE t.project_id = %(bin)s AND t.id <> ALL(%(noted)s)
"""
NEW_ACQUISITIONS = """
SELECT b.id, a.id FROM unnest(%(there)s::bigint[], %(here)s::bigint[]) p (there, here)
JOIN samples_acquisition b ON b.sample_id = p.there
JOIN samples_acquisition a ON a.sample_id = p.here AND a.original_id = b.original_id
WHERE b.id <> ALL(%(noted)s)
"""
# Names may change places: nobody has the new one meanwhile. How large a pixel is stays: measures were made with it.
FOLLOW = """
UPDATE {table} t SET original_id = '\x01' || t.id
FROM unnest(%(there)s::bigint[], %(here)s::bigint[]) p (there, here) JOIN {table} s ON s.id = p.here AND {is_here}
WHERE t.id = p.there AND t.original_id <> s.original_id;
UPDATE {table} t SET ({columns}) = ({values})
FROM unnest(%(there)s::bigint[], %(here)s::bigint[]) p (there, here) JOIN {table} s ON s.id = p.here AND {is_here}
WHERE t.id = p.there AND ({own}) IS DISTINCT FROM ({values})
"""
IS_HERE = {
    "samples_sample": "s.project_id = %(project)s",
    "samples_acquisition": "s.sample_id IN (SELECT x.id FROM samples_sample x WHERE x.project_id = %(project)s)",
}
COLUMNS = {
    "samples_sample": ("original_id", "latitude", "longitude", "fields"),
    "samples_acquisition": (
        "original_id",
        "instrument",
        "pixel_source",
        "fields",
        "process_original_id",
        "process_fields",
    ),
}
EMPTY = """
SELECT s.id, s.original_id FROM samples_sample s WHERE s.project_id = %s AND s.id = ANY(%s)
AND NOT EXISTS (SELECT FROM samples_object o WHERE o.sample_id = s.id) ORDER BY s.id FOR UPDATE
"""
UNNAME = (
    "UPDATE samples_sample SET original_id = '\x01' || id WHERE project_id = %s AND original_id = ANY(%s)"
)
TAKE = """
UPDATE samples_sample SET project_id = %(to)s WHERE project_id = %(from)s AND id = ANY(%(ids)s);
UPDATE samples_extent SET project_id = %(to)s WHERE project_id = %(from)s AND sample_id = ANY(%(ids)s)
"""


@dataclass
class StandIns:
    """Of the samples and acquisitions in the bin, which ones of the project they stand for."""

    project: Project
    bin: Project
    samples: Pairs = field(default_factory=list)
    acquisitions: Pairs = field(default_factory=list)

    def note(self) -> None:
        """Those that have come since, by their names."""
        self.samples += self._new(NEW_SAMPLES, self.samples)
        self.acquisitions += self._new(NEW_ACQUISITIONS, self.acquisitions)

    def _new(self, statement: str, pairs: Pairs) -> Pairs:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self._params(self.samples), "noted": [there for there, _ in pairs]})
            return [list(pair) for pair in cursor.fetchall()]

    def follow(self) -> None:
        """Names and columns become those of what they stand for, as far as that is in the project."""
        for table, pairs in (("samples_sample", self.samples), ("samples_acquisition", self.acquisitions)):
            columns = COLUMNS[table]
            statement = FOLLOW.format(
                table=table,
                is_here=IS_HERE[table],
                columns=", ".join(columns),
                values=", ".join(f"s.{column}" for column in columns),
                own=", ".join(f"t.{column}" for column in columns),
            )
            with connection.cursor() as cursor:
                cursor.execute(statement, self._params(pairs))

    def _params(self, pairs: Pairs) -> dict:
        return {
            "project": self.project.pk,
            "bin": self.bin.pk,
            "there": [there for there, _ in pairs],
            "here": [here for _, here in pairs],
        }


def set_aside(*, project: Project, bin: Project, sample_ids: Sequence[int]) -> list[int]:
    """Takes those of the samples that have no object any more into the bin, with all that is known about them."""
    take_turns(project=project)  # an import that goes on adds objects before this, or behind
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, [project.pk, list(sample_ids)])
        emptied = dict(cursor.fetchall())
        cursor.execute(UNNAME, [bin.pk, list(emptied.values())])  # their stand-ins
        cursor.execute(TAKE, {"from": project.pk, "to": bin.pk, "ids": list(emptied)})
    return list(emptied)


def take_back(*, project: Project, bin: Project, sample_ids: Sequence[int]) -> None:
    """The other way round: no sample of the project has one of their names."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"from": bin.pk, "to": project.pk, "ids": list(sample_ids)})
