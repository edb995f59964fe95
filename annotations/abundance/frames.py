"""Which settled objects were chosen by chance, and of which others they speak: what is known for certain.

The first objects of a frame's order that are all settled are a random sample of the frame, whoever settled them and in
whatever order, for the order was fixed before. Those further back count as they are and speak for none. A dubious one
is answered, too: people could not tell, so it is of no taxon, and it speaks for others of which they could not either.
"""

from dataclasses import dataclass

from django.db import connection

from classifier.statistics.abundance import FEWEST

# whether a person had settled it when its frame was made: the log's first step since then says what was before it
WAS_SETTLED = """COALESCE((
    SELECT c.from_state IN ('V', 'D') FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
    WHERE c.object_id = o.id AND b.created > f.created ORDER BY c.version LIMIT 1), o.state IN ('V', 'D'))"""

# objects that have left the sample since are in its frame no more; of which ones they were, chance decided too
FRAMES = f"""
WITH placed AS (
    SELECT d.frame_id, d.place,
           bool_and(o.state IN ('V', 'D')) OVER (PARTITION BY d.frame_id ORDER BY d.place) AS speaks
    FROM abundance_drawnobject d
    JOIN abundance_samplingframe f ON f.id = d.frame_id
    JOIN samples_sample s ON s.id = f.sample_id
    JOIN samples_object o ON o.id = d.object_id AND o.sample_id = f.sample_id
    WHERE s.project_id = %s AND (%s::bigint[] IS NULL OR f.sample_id = ANY(%s))
), begun AS (
    SELECT frame_id, count(*) AS drawn, count(*) FILTER (WHERE speaks) AS speaking,
           COALESCE(max(place) FILTER (WHERE speaks), 0) AS last_place
    FROM placed GROUP BY 1
)
SELECT f.id, f.sample_id, f.size, begun.drawn, begun.speaking, begun.last_place, members.size, members.newcomers,
       members.settled
FROM begun JOIN abundance_samplingframe f ON f.id = begun.frame_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE NOT {WAS_SETTLED}) AS size,
           count(*) FILTER (WHERE o.id > f.last_object) AS newcomers,
           count(*) FILTER (WHERE NOT {WAS_SETTLED} AND o.state IN ('V', 'D')) AS settled
    FROM samples_object o WHERE o.sample_id = f.sample_id
) members
ORDER BY f.id
"""


@dataclass(frozen=True)
class FrameState:
    """A frame as it is now. `settled` of its `size` objects are, `speaking` of them at the front of its order."""

    id: int
    sample: int
    size_then: int
    drawn: int
    speaking: int
    last_place: int
    size: int
    newcomers: int
    settled: int

    @property
    def stands(self) -> bool:
        """Whether it holds all that was not settled: nothing was added to the sample since."""
        return self.newcomers == 0 and self.size <= self.size_then

    @property
    def spread(self) -> float:
        """What the variance of a count has as its factor: which of several frames says most is chosen by it."""
        return self.size * (self.size - self.speaking) / max(self.speaking, 1)


def frames_of(project_id: int, samples: list[int] | None = None) -> list[FrameState]:
    """All from which something was drawn, or those of some samples; the oldest first. Reads each of their objects."""
    with connection.cursor() as cursor:
        cursor.execute(FRAMES, [project_id, samples, samples])
        return [FrameState(*row) for row in cursor.fetchall()]


def speaking_frames(project_id: int) -> dict[int, FrameState]:
    """sample → the frame whose objects speak for it, of those samples where enough do."""
    able = [each for each in frames_of(project_id) if each.stands and each.speaking >= FEWEST]
    able.sort(key=lambda each: each.spread, reverse=True)
    return {each.sample: each for each in able}
