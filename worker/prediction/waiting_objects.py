"""The objects that a prediction has still to look at."""

import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from annotations.jobs.models import Job, JobPart
from annotations.jobs.sharing import JobShare
from annotations.learning.models import Model
from annotations.pictures.local_copies import local_paths
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.traits.models import Trait
from annotations.traits.queries import applying

PAGE = 2048  # objects read from the database at once
LOOKAHEAD = 1024  # objects; decoding looks half as far ahead
PART = 2048  # objects that a worker takes at once; what one that is killed leaves waits so long at most

# what a rule labelled keeps its label, too, but abundances ask what the model says of all that nobody looked at;
# what people have settled keeps its label, but is looked at once: to know what it is like, and for its traits.
# OFFSET 0: it is looked up object by object, else each page of objects reads all that the model has embedded so far
WAITING = """o.project_id = %s AND (o.state IN ('U', 'P', 'M') OR NOT EXISTS (
    SELECT FROM similarity_embedding e JOIN similarity_embeddingspace s ON s.id = e.space_id
    WHERE e.object_id = o.id AND s.model_id = %s OFFSET 0){traits}) AND {condition}"""

UNSAID = """ OR ({applies} AND NOT EXISTS (
    SELECT FROM traits_traitvalue v WHERE v.object_id = o.id AND v.trait_id = %s AND v.state <> 'U' OFFSET 0))"""

NEXT_WAITING = f"""
SELECT o.id, i.key, a.pixel_um FROM samples_object o
{first_image("o.id", "key")}
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE {{waiting}} AND o.id > %s AND o.id <= %s ORDER BY o.id LIMIT %s
"""

ENDS_OF_PARTS = """
SELECT max(id), count(*) FROM (
    SELECT o.id, (row_number() OVER (ORDER BY o.id) - 1) / %s AS part FROM samples_object o
    WHERE {waiting} AND o.id > %s
) numbered GROUP BY part ORDER BY 1
"""


@dataclass
class Passage:
    """What has gone through of a part: `objects` more, read or not; it is done up to `reached`."""

    part: JobPart
    reached: int
    objects: int = 0
    is_done: bool = False


class WaitingObjects:
    """The objects that the model has still to look at, part by part as this worker takes them, in keyset pages.

    Iterated over by the thread that decodes.
    """

    def __init__(self, job: Job, model: Model, traits: dict[str, Trait], scratch: Path, share: JobShare):
        assert job.project_id is not None
        self.share, self.scratch = share, scratch
        self.handed_out, self.folders = 0, deque[tuple[Path, int]]()
        condition, params = Filter.parse(job.params["filter"], job.owner).where(job.project_id)
        unsaid, trait_params = _unsaid(traits)
        self.condition = WAITING.format(traits=unsaid, condition=condition)
        self.params = [job.project_id, model.pk, *trait_params, *params]
        self.sent: deque[tuple[JobPart, int | None]] = deque()  # None: the part has been given out whole

    def ends_of_parts(self, after: int) -> list[tuple[int, int]]:
        """(last object, how many objects) of each part of what lies behind `after`."""
        with connection.cursor() as cursor:
            cursor.execute(ENDS_OF_PARTS.format(waiting=self.condition), [PART, *self.params, after])
            return cursor.fetchall()

    def objects(self, may_go_on: Callable[[], bool]) -> Iterator[tuple[int, str, float]]:
        """(object id, path of the picture, µm a pixel), as long as there are free parts and one may take the next."""
        while part := self._next_part(may_go_on):
            last_id = part.reached
            while rows := self._page(last_id, part.last):
                for object_id, path, pixel_um in self._pictures(rows):
                    self.sent.append((part, object_id))
                    yield object_id, path, pixel_um
                last_id = rows[-1][0]
            self.sent.append((part, None))

    def _next_part(self, may_go_on: Callable[[], bool]) -> JobPart | None:
        try:
            return self.share.take() if may_go_on() else None
        finally:
            connection.close()  # it is this thread's own, and nobody says when the thread ends

    def _page(self, after: int, last: int) -> list[tuple]:
        try:
            with connection.cursor() as cursor:
                query = NEXT_WAITING.format(waiting=self.condition)
                cursor.execute(query, [*self.params, after, last, PAGE])
                return cursor.fetchall()
        finally:
            connection.close()

    def _pictures(self, rows: list[tuple]) -> Iterator[tuple[int, str, float]]:
        folder = self.scratch / str(self.handed_out)
        paths = local_paths([key for _, key, _ in rows], folder)
        for (object_id, _, pixel_um), path in zip(rows, paths, strict=True):
            yield object_id, path, float("nan") if pixel_um is None else pixel_um
        self.handed_out += len(rows)
        self.folders.append((folder, self.handed_out))
        self._remove_decoded()

    def _remove_decoded(self) -> None:
        """The copies of pictures that decoding has left behind."""
        while self.folders and self.folders[0][1] <= self.handed_out - LOOKAHEAD:
            shutil.rmtree(self.folders.popleft()[0], ignore_errors=True)

    def passed(self, last_id: int | None) -> list[Passage]:
        """What has gone through since the last call: up to an object, or with None all that has been given out."""
        passages: dict[int, Passage] = {}
        while self.sent:
            part, object_id = self.sent.popleft()
            passage = passages.setdefault(part.pk, Passage(part, part.reached))
            if object_id is None:
                passage.reached, passage.is_done = part.last, True
                continue
            passage.reached, passage.objects = object_id, passage.objects + 1
            if object_id == last_id:
                break
        return list(passages.values())


def _unsaid(traits: dict[str, Trait]) -> tuple[str, list]:
    """More to look at: objects to which a trait applies that nobody, person or model, has said anything of."""
    parts, params = [], []
    for trait in traits.values():
        applies, trait_params = applying(trait)
        parts.append(UNSAID.format(applies=applies))
        params += [*trait_params, trait.pk]
    return "".join(parts), params
