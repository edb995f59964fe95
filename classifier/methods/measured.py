"""Region measurements of a learning set, kept in the run's folder so that an interrupted run goes on."""

import zlib
from collections.abc import Callable

import numpy as np

from classifier.contract.errors import Cancelled
from classifier.contract.measurements import NAMES
from classifier.data.learning_set import LearningSet
from classifier.measuring.processes import Measured, MeasuredHere, Measurers
from classifier.run_folder import RunFolder

CACHE = "measurements.cache"
AT_ONCE = 256  # pictures between two looks at whether to stop


def measured(
    learning_set: LearningSet,
    rows: np.ndarray,
    folder: RunFolder,
    on_progress: Callable[[dict], None],
    should_stop: Callable[[], bool],
) -> np.ndarray:
    """float32 (len(rows), M) of `columns.NAMES`, from the original pictures; NaN for what can't be measured.

    Raises Cancelled when `should_stop` says so. What was measured before stays in the folder's cache.
    """
    cache, mark = _cache(learning_set, folder)
    waiting = rows[cache[rows, -1] != mark]
    with Measurers() as measurers:
        for at in range(0, len(waiting), AT_ONCE):
            if should_stop():
                raise Cancelled
            on_progress(_step(at, len(waiting)))
            part = waiting[at : at + AT_ONCE]
            pictures = [(learning_set.paths[row], float(learning_set.pixel_um[row])) for row in part]
            cache[part, :-1] = measured_pictures(measurers, pictures)
            cache[part, -1] = mark
    return np.array(cache[rows, :-1])


def _cache(learning_set: LearningSet, folder: RunFolder) -> tuple[np.memmap, int]:
    """The file, a column wider than the measurements, and what stands there in the rows that are done. The mark comes
    from the paths: what was measured for another learning set doesn't count."""
    shape = (len(learning_set.paths), len(NAMES) + 1)
    path = folder / CACHE
    fits = path.exists() and path.stat().st_size == shape[0] * shape[1] * np.dtype(np.float32).itemsize
    mark = 1 + zlib.crc32("\n".join(learning_set.paths).encode()) % 2**23  # float32 has every such number
    return np.memmap(path, np.float32, "r+" if fits else "w+", shape=shape), mark


def measured_pictures(measurers: Measurers | MeasuredHere, pictures: list[tuple[str, float]]) -> np.ndarray:
    """(path, µm a pixel or NaN) to float32 (N, M) of `columns.NAMES`; NaN for what can't be measured."""
    scaled_paths = [(path, um if np.isfinite(um) else None) for path, um in pictures]
    return np.array([_numbers(answer) for answer in measurers.measure(scaled_paths)], np.float32)


def _numbers(answer: Measured) -> list[float]:
    if isinstance(answer, str):
        return [np.nan] * len(NAMES)
    return [np.nan if value is None else value for value in answer]


def _step(done: int, total: int) -> dict:
    return {
        "stage": "measure",
        "done": done,
        "total": total,
        "message": f"Measured {done:,} of {total:,} images",
    }
