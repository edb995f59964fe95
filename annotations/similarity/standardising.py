"""Measurements made comparable: each by how far it lies from the project's middle, in its own usual spread."""

from dataclasses import asdict, dataclass

import numpy as np

MAD_TO_SIGMA = 1.4826  # of a normal distribution
FARTHEST = 4.0  # spreads: beyond, an outlier in one measurement would decide alone


@dataclass(frozen=True)
class Standardisation:
    """`columns` are free columns; one without any spread counts nothing, its `spread` is 0."""

    columns: list[str]
    middle: list[float]
    spread: list[float]
    objects: int  # that the project had measured when this was worked out

    @classmethod
    def of(cls, columns: list[str], values: np.ndarray, objects: int) -> "Standardisation":
        """From the median and the median absolute deviation; where that is 0, from the standard deviation.

        `values` is float (n, columns), with NaN for what could not be measured.
        """
        middle, spread = zip(*(_middle_and_spread(column) for column in values.T), strict=True)
        return cls(columns, list(middle), list(spread), objects)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """float (n, columns + 1). What is missing lies in the middle.

        The last number is the same for all: with it, the angle of two vectors grows with their distance, also of
        objects that lie near the middle, where a direction alone means little.
        """
        spread = np.array(self.spread)
        with np.errstate(all="ignore"):
            far = np.where(spread > 0, (values - np.array(self.middle)) / spread, 0.0)
        far = np.clip(np.where(np.isnan(far), 0.0, far), -FARTHEST, FARTHEST)
        return np.column_stack([far, np.full(len(far), np.sqrt(len(self.columns)))])

    @property
    def dimensions(self) -> int:
        return len(self.columns) + 1

    def as_json(self) -> dict:
        return asdict(self)


def _middle_and_spread(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 0.0
    middle = np.median(finite)
    spread = MAD_TO_SIGMA * np.median(np.abs(finite - middle))
    return float(middle), float(spread or finite.std())
