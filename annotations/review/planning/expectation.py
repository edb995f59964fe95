"""What share of a page is expected to be right: what the model's scores say, corrected by what people have answered."""

from dataclasses import asdict, dataclass

import numpy as np
from django.db.models import Sum
from scipy.special import betaincinv, expit, logit

from annotations.review.models import TaxonAnswers

DOUBT = 30  # answers that a model's scores count as: so few, because a project differs from what was held out
MOST_COUNTED = 200  # answers; of more the latest are not the same objects any more
NEVER_SURER = 0.995  # a single score


@dataclass(frozen=True)
class ExpectedRight:
    """Shares of 0 to 1; `low` and `high` are the ends of the 95 % interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict:
        return {name: round(share, 3) for name, share in asdict(self).items()}


@dataclass(frozen=True)
class PageAnswers:
    """What people said of objects that pages proposed as a taxon, and what their scores said: numbers of objects."""

    right: float = 0.0
    wrong: float = 0.0
    expected_right: float = 0.0

    @property
    def count(self) -> float:
        return self.right + self.wrong

    @property
    def shift(self) -> float:
        """By how much the odds were better than the scores had said, as a logarithm; 0 before anybody answered."""
        actual = np.log((self.right + 0.5) / (self.wrong + 0.5))
        expected = np.log((self.expected_right + 0.5) / (self.count - self.expected_right + 0.5))
        return float((actual - expected) * self.count / (self.count + DOUBT))


def answers_by_taxon(project_id: int) -> dict[int, PageAnswers]:
    """Of the objects of the project that were answered on pages, whether these proposed one taxon or several."""
    answers = TaxonAnswers.objects.filter(page__project=project_id).values("taxon")
    sums = answers.annotate(Sum("right"), Sum("wrong"), Sum("expected_right"))
    return {
        row["taxon"]: PageAnswers(row["right__sum"], row["wrong__sum"], row["expected_right__sum"])
        for row in sums
    }


def corrected(scores: np.ndarray, shift: float | np.ndarray) -> np.ndarray:
    """The scores of 0 to 1 as they would have been right so far; float (n,). Of what has none, a half.

    `shift` is that of `PageAnswers`, of all objects or of each: float (n,)."""
    clipped = np.clip(np.nan_to_num(scores, nan=0.5), 1 - NEVER_SURER, NEVER_SURER)
    return expit(logit(clipped) + shift)


def expected_right(scores: np.ndarray, answers: PageAnswers) -> ExpectedRight | None:
    """Of the objects with these scores, float (n,) with NaN for none. None where neither scores nor answers tell."""
    if np.isnan(scores).all() and not answers.count:
        return None
    value = float(corrected(scores, answers.shift).mean())
    weight = DOUBT + min(answers.count, MOST_COUNTED)
    low, high = betaincinv(value * weight, (1 - value) * weight, [0.025, 0.975])
    return ExpectedRight(value, float(low), float(high))
