"""What an estimate reads, a chunk at a time: each object's sample, its label where a person settled it, and what the
model gives to its best taxa. What it gives to all others is not kept anywhere; it stays without a name, but for EM,
which shares it out as these are frequent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from django.db import connection
from scipy.sparse import csr_array

from annotations.abundance.frames import WAS_SETTLED, FrameState
from annotations.common.copying import copied_rows
from classifier.statistics.expectation_maximisation import NamedScores
from classifier.statistics.sample_sums import NOT_VALIDATED, ObjectChunk, SampleSums, sum_up

BEST = 3  # taxa that are kept of a prediction
TAXA_READ = tuple(f"taxon{place}" for place in range(BEST))
SCORES_READ = tuple(f"score{place}" for place in range(BEST))
CELLS, MOST_ROWS = 4_000_000, 20_000  # probabilities and objects in memory at once

# with objects: of a sample that was emptied, deltas remain until the tally is compacted
SAMPLES = (
    "SELECT sample_id FROM labels_tally WHERE project_id = %s GROUP BY 1 HAVING sum(count) > 0 ORDER BY 1"
)
TAXA = """
SELECT taxon_id FROM labels_tally WHERE project_id = %s AND state = 'V' GROUP BY 1 HAVING sum(count) > 0
UNION
SELECT unnest(p.taxa) FROM learning_prediction p JOIN samples_object o ON o.id = p.object_id
WHERE p.model_id = %s AND o.project_id = %s
"""
FREE, BEFORE, SPEAKING, LATER = range(4)  # of no frame; settled before it; at its front; further back
DUBIOUS = -1  # in the place of a taxon
CHUNK = f"""
SELECT o.id, o.sample_id, CASE o.state WHEN 'V' THEN o.taxon_id WHEN 'D' THEN {DUBIOUS} ELSE 0 END,
    CASE WHEN f.id IS NULL THEN {FREE} WHEN {WAS_SETTLED} THEN {BEFORE}
        WHEN EXISTS (SELECT FROM abundance_drawnobject d WHERE d.object_id = o.id AND d.frame_id = f.id
                     AND d.place <= n.last_place) THEN {SPEAKING}
        ELSE {LATER} END,
    COALESCE(p.taxa[1], 0), COALESCE(p.taxa[2], 0), COALESCE(p.taxa[3], 0),
    COALESCE(p.scores[1], 0), COALESCE(p.scores[2], 0), COALESCE(p.scores[3], 0)
FROM samples_object o
LEFT JOIN learning_prediction p ON p.object_id = o.id AND p.model_id = {{model:d}}
LEFT JOIN (abundance_samplingframe f JOIN (VALUES {{frames}}) n (id, last_place) ON n.id = f.id)
    ON f.sample_id = o.sample_id
WHERE o.project_id = {{project:d}} AND o.id > {{after:d}} ORDER BY o.id LIMIT {{rows:d}}"""
FIELDS = [
    ("id", ">i8"),
    ("sample", ">i8"),
    ("taxon", ">i8"),
    ("role", ">i4"),
    *((name, ">i8") for name in TAXA_READ),
    *((name, ">f8") for name in SCORES_READ),
]
NO_FRAME = "(0, 0)"


@dataclass(frozen=True)
class AbundanceEvidence:
    """All that is known of a project's objects, (S, T + 1) or (S,), in the order of `samples` and `taxa`; the column
    behind these is of the dubious ones, of which people could not tell what they are."""

    samples: np.ndarray
    taxa: np.ndarray
    sums: SampleSums  # in which what speaks for nobody has the weight 1, and what came later counts as not settled
    objects: np.ndarray
    settled: np.ndarray  # validated or dubious
    counted: np.ndarray  # settled objects of a taxon, all of them
    predicted: np.ndarray  # others by their best taxon
    unseen: np.ndarray  # objects that the model has not looked at, of those of which it should say something
    unnamed: np.ndarray  # what it gives to no taxon, of objects that nobody settled
    left: NamedScores  # these objects, where the model has looked at them

    @property
    def dubious(self) -> np.ndarray:
        return self.counted[:, -1]


def read_evidence(
    project_id: int,
    model_id: int | None,
    frames: Mapping[int, FrameState],
    columns: Callable[[list[int]], dict[int, int]],
    on_chunk: Callable[[int], None],
) -> AbundanceEvidence:
    """`columns` gives for each taxon the one that it counts for; `on_chunk` hears how many objects have been read."""
    samples = np.array(_ids(SAMPLES, [project_id]), np.int64)
    named = _ids(TAXA, [project_id, model_id or 0, project_id])
    column_of = columns(named)
    taxa = np.array(sorted(set(column_of.values())), np.int64)
    evidence = _Adding(samples, taxa, column_of, frames)
    sums = sum_up(evidence.chunks(project_id, model_id or 0, on_chunk), len(samples), len(taxa) + 1)
    return AbundanceEvidence(samples, taxa, sums, *evidence.totals())


def no_scores() -> NamedScores:
    return NamedScores(np.zeros(0, np.int32), np.zeros((0, BEST), np.int32), np.zeros((0, BEST), np.float32))


def _ids(sql: str, params: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


class _Adding:
    """Adds up what the sums of a chunk do not hold, while the chunk goes by."""

    def __init__(
        self,
        samples: np.ndarray,
        taxa: np.ndarray,
        column_of: Mapping[int, int],
        frames: Mapping[int, FrameState],
    ):
        self.samples, self.taxa, self.frames = samples, taxa, frames
        self.named = np.array(sorted(column_of), np.int64)
        self.columns = np.searchsorted(taxa, [column_of[taxon] for taxon in self.named.tolist()])
        shares = [frames.get(pk) for pk in samples.tolist()]
        self.weights = np.array([each.size / each.speaking if each else 1.0 for each in shares])
        size, cells = len(samples), (len(samples), len(taxa) + 1)
        self.objects, self.settled, self.unseen, self.unnamed = (np.zeros(size) for _ in range(4))
        self.counted, self.predicted = np.zeros(cells), np.zeros(cells)
        self.left = [no_scores()]

    def totals(self) -> tuple:
        sums = (self.objects, self.settled, self.counted, self.predicted, self.unseen, self.unnamed)
        scores = NamedScores(*map(np.concatenate, zip(*self.left, strict=True)))
        order = np.argsort(scores.sample, kind="stable")
        return (*sums, NamedScores(*(part[order] for part in scores)))

    def chunks(
        self, project_id: int, model_id: int, on_chunk: Callable[[int], None]
    ) -> Iterator[ObjectChunk]:
        after, done = 0, 0
        rows = min(MOST_ROWS, max(CELLS // max(len(self.taxa), 1), 1000))
        frames = ", ".join(f"({each.id:d}, {each.last_place:d})" for each in self.frames.values()) or NO_FRAME
        while True:
            sql = CHUNK.format(model=model_id, project=project_id, after=after, rows=rows, frames=frames)
            read = copied_rows(sql, FIELDS)
            if len(read):
                yield self._chunk(read)
            done += len(read)
            on_chunk(done)
            if len(read) < rows:
                return
            after = int(read["id"][-1])

    def _chunk(self, read: np.ndarray) -> ObjectChunk:
        sample = np.searchsorted(self.samples, read["sample"])
        taxon = np.where(read["taxon"] > 0, self._column(read["taxon"]), NOT_VALIDATED)
        taxon = np.where(read["taxon"] == DUBIOUS, len(self.taxa), taxon)
        p = self._probabilities(read)
        self._count(sample, taxon, read["role"], p, read["taxon0"])
        self.left.append(self._named(sample, read, (taxon == NOT_VALIDATED) & (read["taxon0"] > 0)))
        is_speaking = read["role"] == SPEAKING
        weight = np.where(is_speaking, self.weights[sample], 1.0)
        return ObjectChunk(p, sample, np.where(read["role"] == LATER, NOT_VALIDATED, taxon), weight)

    def _column(self, taxa: np.ndarray) -> np.ndarray:
        """(n,) places of taxa; of none, any."""
        if not len(self.named):
            return np.zeros(len(taxa), np.int64)
        return self.columns[np.searchsorted(self.named, taxa).clip(max=len(self.named) - 1)]

    def _probabilities(self, read: np.ndarray) -> np.ndarray:
        p = np.zeros((len(read), len(self.taxa)), np.float32)
        for place in range(BEST):
            has = np.flatnonzero(read[f"taxon{place}"] > 0)
            np.add.at(p, (has, self._column(read[f"taxon{place}"][has])), read[f"score{place}"][has])
        return p.clip(0, 1)

    def _named(self, sample: np.ndarray, read: np.ndarray, is_left: np.ndarray) -> NamedScores:
        """Of two taxa that count for one, the first has the scores of both."""
        rows = read[is_left]
        taxa = np.stack([np.where(rows[name] > 0, self._column(rows[name]), -1) for name in TAXA_READ], 1)
        scores = np.stack([rows[name] for name in SCORES_READ], 1).clip(0, 1)
        for later in range(1, BEST):
            for first in range(later):
                is_same = (taxa[:, later] == taxa[:, first]) & (taxa[:, later] >= 0)
                scores[is_same, first] += scores[is_same, later]
                taxa[is_same, later] = -1
        return NamedScores(sample[is_left].astype(np.int32), taxa.astype(np.int32), scores.astype(np.float32))

    def _count(
        self, sample: np.ndarray, taxon: np.ndarray, role: np.ndarray, p: np.ndarray, best: np.ndarray
    ) -> None:
        size, is_settled, has_looked = len(self.samples), taxon != NOT_VALIDATED, best > 0
        self.objects += np.bincount(sample, minlength=size)
        self.settled += np.bincount(sample[is_settled], minlength=size)
        self.counted += self._table(sample[is_settled], taxon[is_settled])
        is_predicted = ~is_settled & has_looked
        self.predicted += self._table(sample[is_predicted], self._column(best[is_predicted]))
        is_due = (~is_settled | (role == SPEAKING) | (role == LATER)) & ~has_looked
        self.unseen += np.bincount(sample[is_due], minlength=size)
        rest = (1 - p[~is_settled].sum(1)).clip(0, 1)
        self.unnamed += np.bincount(sample[~is_settled], rest, size)

    def _table(self, sample: np.ndarray, taxon: np.ndarray) -> np.ndarray:
        ones = np.ones(len(sample))
        return csr_array((ones, (sample, taxon)), shape=self.counted.shape).toarray()
