"""From what is known of objects to counts with intervals, sample by sample by the soundest way that there is."""

from dataclasses import dataclass

import numpy as np

from annotations.abundance.models import Basis
from annotations.abundance.reading import AbundanceEvidence
from classifier.statistics.abundance import Abundance, EstimateBasis, estimate_abundance
from classifier.statistics.quantification import adjusted_counts
from classifier.statistics.validation_plan import LEAST, validation_plan

BASES = {
    EstimateBasis.RANDOM: Basis.RANDOM,
    EstimateBasis.BORROWED: Basis.BORROWED,
}
AT_ONCE = 100  # samples whose adjusted counts are drawn again together


@dataclass(frozen=True)
class AbundanceEstimate:
    """(S, T + 1) counts with intervals, the last column of the dubious; (S,) what they stand on, and whether the model
    has a part in them; (S, T) adjusted counts."""

    abundance: Abundance
    basis: list[Basis]
    uses_model: np.ndarray
    adjusted: np.ndarray | None


def estimate(
    evidence: AbundanceEvidence,
    is_random: np.ndarray,
    is_one_model: bool,
    confusion: np.ndarray | None,
    has_model: bool = True,
) -> AbundanceEstimate:
    """`is_random` (S,): whether objects drawn by chance speak for the sample. `is_one_model`: whether what was
    predicted at different times is of one model; one that is fitted anew while people sort is another each time.
    `confusion` (T, T) of held-out objects, a row a true taxon.

    The model's probabilities may help only where it has looked at all objects of a sample: those that it left out may
    be others than those that it saw.
    """
    uses_model = (evidence.unseen == 0) & (evidence.objects > 0) & is_one_model
    with_model = estimate_abundance(evidence.sums, is_random & uses_model)
    drawn_alone = estimate_abundance(evidence.sums, is_random, reliance=0.0)
    guessed = estimate_abundance(evidence.sums, False)
    abundance = _chosen(
        with_model, [(is_random & ~uses_model, drawn_alone), (~is_random & ~uses_model, guessed)]
    )
    return AbundanceEstimate(
        _within_bounds(abundance, evidence),
        _bases(abundance, evidence, Basis.BY_MODEL if has_model else Basis.VALIDATED),
        (uses_model | ~is_random) & has_model,
        None if confusion is None else _adjusted(evidence, confusion),
    )


def _chosen(first: Abundance, others: list[tuple[np.ndarray, Abundance]]) -> Abundance:
    """Sample by sample; λ is that of the first."""
    parts = {name: getattr(first, name) for name in ("counted", "count", "low", "high", "basis", "scatter")}
    for is_of, other in others:
        for name, part in parts.items():
            rows = is_of if part.ndim == 1 else is_of[:, None]
            parts[name] = np.where(rows, getattr(other, name), part)
    return Abundance(reliance=first.reliance, **parts)


def _within_bounds(abundance: Abundance, evidence: AbundanceEvidence) -> Abundance:
    """What was settled after a frame was made says nothing of the others, but there are at least so many."""
    least = evidence.counted
    most = least + (evidence.objects - evidence.settled)[:, None]
    count, low, high = (part.clip(least, most) for part in (abundance.count, abundance.low, abundance.high))
    return Abundance(least, count, low, high, abundance.basis, abundance.reliance, abundance.scatter)


def _bases(abundance: Abundance, evidence: AbundanceEvidence, otherwise: Basis) -> list[Basis]:
    is_exact = evidence.objects == evidence.settled
    return [
        Basis.EXACT if exact else BASES.get(EstimateBasis(int(basis)), otherwise)
        for exact, basis in zip(is_exact, abundance.basis, strict=True)
    ]


def _adjusted(evidence: AbundanceEvidence, confusion: np.ndarray) -> np.ndarray:
    """(S, T) of validated objects and adjusted counts of the others; nan where the model has not looked at them."""
    blocks = [
        adjusted_counts(evidence.predicted[start : start + AT_ONCE, :-1], confusion, draws=1).estimate
        for start in range(0, len(evidence.samples), AT_ONCE)
    ]
    counts = evidence.counted[:, :-1] + (np.concatenate(blocks) if blocks else 0)
    return np.where((evidence.unseen == 0)[:, None], counts, np.nan)


def proposals(evidence: AbundanceEvidence, made: AbundanceEstimate, most: int = 100) -> list[dict]:
    """Of each sample the widest interval of a taxon that is not rare, the widest first: what to validate next."""
    plan = validation_plan(evidence.sums, made.abundance, rows=made.abundance.count.size)
    seen: dict[int, dict] = {}
    is_rare = made.abundance.count[plan.sample, plan.taxon] < LEAST
    for place in np.argsort(is_rare, kind="stable").tolist():
        sample, taxon = int(plan.sample[place]), int(plan.taxon[place])
        if sample not in seen and taxon < len(evidence.taxa):
            seen[sample] = {
                "sample": int(evidence.samples[sample]),
                "taxon": int(evidence.taxa[taxon]),
                "half_width": float(plan.half_width[place]),
                "relative": float(plan.relative[place]),
                "objects": int(plan.objects[place]),
            }
    return sorted(seen.values(), key=lambda each: -each["relative"])[:most]
