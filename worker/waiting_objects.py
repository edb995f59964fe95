"""The objects that a prediction has still to look at."""

import shutil
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.pictures.local_copies import local_paths
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.traits.models import Trait
from annotations.traits.queries import applying

PAGE = 2048  # objects read from the database at once

# what a rule labelled keeps its label, too, but abundances ask what the model says of all that nobody looked at;
# what people have settled keeps its label, but is looked at once: to know what it is like, and for its traits
WAITING = """o.project_id = %s AND (o.state IN ('U', 'P', 'M') OR NOT EXISTS (
    SELECT FROM similarity_embedding e JOIN similarity_embeddingspace s ON s.id = e.space_id
    WHERE e.object_id = o.id AND s.model_id = %s){traits}) AND {condition}"""

UNSAID = """ OR ({applies} AND NOT EXISTS (
    SELECT FROM traits_traitvalue v WHERE v.object_id = o.id AND v.trait_id = %s AND v.state <> 'U'))"""

NEXT_WAITING = f"""
SELECT o.id, i.key, a.pixel_um FROM samples_object o
{first_image("o.id", "key")}
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE {{waiting}} AND o.id > %s ORDER BY o.id LIMIT %s
"""


class WaitingObjects:
    """The objects that the model has still to look at, in keyset pages. Iterated over by the thread that decodes."""

    def __init__(self, job: Job, model: Model, traits: dict[str, Trait], scratch: Path):
        assert job.project_id is not None
        self.last_id, self.scratch = job.checkpoint.get("last_id", 0), scratch
        condition, params = Filter.parse(job.params["filter"], job.owner).where(job.project_id)
        unsaid, trait_params = _unsaid(traits)
        self.condition = WAITING.format(traits=unsaid, condition=condition)
        self.params = [job.project_id, model.pk, *trait_params, *params]
        self.sent: deque[int] = deque()

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM samples_object o WHERE " + self.condition, self.params)
            return cursor.fetchone()[0]

    def __iter__(self) -> Iterator[tuple[int, str, float]]:
        """(object id, path of the picture, µm a pixel)."""
        number = 0
        while rows := self._page():
            folder = self.scratch / str(number)
            paths = local_paths([key for _, key, _ in rows], folder)
            for (object_id, _, pixel_um), path in zip(rows, paths, strict=True):
                self.sent.append(object_id)
                yield object_id, path, float("nan") if pixel_um is None else pixel_um
            number += 1
            # all of the page before this one has been decoded: decoding looks less than a page ahead
            shutil.rmtree(self.scratch / str(number - 2), ignore_errors=True)

    def _page(self) -> list[tuple]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    NEXT_WAITING.format(waiting=self.condition), [*self.params, self.last_id, PAGE]
                )
                rows = cursor.fetchall()
        finally:
            connection.close()  # it is this thread's own, and nobody says when the thread ends
        self.last_id = rows[-1][0] if rows else self.last_id
        return rows

    def passed(self, last_id: int) -> int:
        """How many objects have been given out up to `last_id` since the last call, read or not."""
        count = 0
        while self.sent and self.sent[0] <= last_id:
            self.sent.popleft()
            count += 1
        return count


def _unsaid(traits: dict[str, Trait]) -> tuple[str, list]:
    """More to look at: objects to which a trait applies that nobody, person or model, has said anything of."""
    parts, params = [], []
    for trait in traits.values():
        applies, trait_params = applying(trait)
        parts.append(UNSAID.format(applies=applies))
        params += [*trait_params, trait.pk]
    return "".join(parts), params
