"""A worker process for the benchmark of predictions: takes up one job, and says how much memory it has as it goes.

PYTHONPATH=platform:. python -m benchmarks.prediction_worker JOB [--instant] [--helps]
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa

SEED, EVERY = 3, 10_000  # objects between two looks at the memory


class InstantModel:
    """Has an answer for every object without looking at it: what is left of a prediction is reading and writing."""

    def __init__(self, classes: list[int], dimensions: int):
        from classifier.inference.predict import schema

        self.classes, self.config = [str(taxon) for taxon in classes], {"traits": []}
        self.schema, self.dimensions = schema([]), dimensions
        self.fitted = SimpleNamespace(needs_measurements=True)  # there is no forward pass to be measured

    def predict_chunks(
        self,
        folder: str,
        rows: Iterator[tuple[int, str, float]],
        chunk: int,
        should_stop: Callable[[], bool],
        **options: object,
    ) -> Iterator[pa.Table]:
        from classifier.contract.errors import Cancelled
        from classifier.data.prefetching import prefetched

        answers = self._answers(chunk)
        batches = iter(lambda: [object_id for object_id, *_ in islice(rows, chunk)], [])
        for ids in prefetched(batches):
            if should_stop():
                raise Cancelled
            yield answers.slice(0, len(ids)).set_column(0, self.schema.field(0), pa.array(ids))

    def _answers(self, count: int) -> pa.Table:
        rng = np.random.default_rng(SEED)
        best = np.array([rng.permutation(len(self.classes))[:3] for _ in range(count)], np.int32)
        scores = np.sort(rng.dirichlet(np.ones(4), count)[:, :3], axis=1)[:, ::-1]
        columns = [
            np.arange(count),
            *best.T,
            *scores.T,
            scores[:, 0] - scores[:, 1],
            rng.random(count),
            rng.random(count),
            list(best[:, :2]),
            [self.classes[k] for k in best[:, 0]],
            scores[:, 0],
            [[0, 0, -1, -1]] * count,
            list(rng.normal(size=(count, self.dimensions)).astype(np.float32)),
        ]
        arrays = [pa.array(column).cast(kind.type) for column, kind in zip(columns, self.schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", type=int)
    parser.add_argument("--instant", action="store_true", help="with a model that needs no time")
    parser.add_argument("--helps", action="store_true", help="beside a worker that has taken it up")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seston.settings")
    import django

    django.setup()
    from worker.helping import help_with_job
    from worker.runner import run_job

    if chosen.instant:
        _be_instant(chosen.job)
    _print_memory()
    if chosen.helps:
        _wait_for_parts(chosen.job)
    work = help_with_job if chosen.helps else run_job
    work(chosen.job)


def _wait_for_parts(job_id: int) -> None:
    from annotations.jobs.models import JobPart

    while not JobPart.objects.filter(job=job_id).exists():
        time.sleep(0.1)


def _be_instant(job_id: int) -> None:
    from annotations.jobs.models import Job
    from annotations.learning.models import Model
    from classifier.models.network import EMBEDDING
    from worker.prediction import job as predicting

    model = InstantModel(Model.objects.get(pk=Job.objects.get(pk=job_id).params["model"]).classes, EMBEDDING)
    replaced = {
        "load_model": lambda *arguments: model,
        "predict_chunks": model.predict_chunks,
        "index_space": lambda **arguments: None,  # a graph of a million takes its time, and is no writing
    }
    vars(predicting).update(replaced)


def _print_memory() -> None:
    """A line `objects bytes` on standard output every so many objects."""
    from worker.prediction.writer import PredictionWriter

    write, objects = PredictionWriter.write, 0

    def watched(writer: PredictionWriter, predictions: object, *arguments: object) -> None:
        nonlocal objects
        write(writer, predictions, *arguments)  # type: ignore[arg-type]
        before, objects = objects, objects + len(predictions.ids)  # type: ignore[attr-defined]
        if before // EVERY != objects // EVERY:
            sys.stdout.write(f"{objects} {_memory()}\n")
            sys.stdout.flush()

    PredictionWriter.write = watched  # type: ignore[method-assign,assignment]


def _memory() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
