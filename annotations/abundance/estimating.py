"""From what is known of objects to counts with intervals, sample by sample by the soundest way that there is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from annotations.abundance.columns import HeldOutEvidence
from annotations.abundance.models import Basis
from annotations.abundance.reading import AbundanceEvidence
from classifier.statistics.abundance import Abundance, EstimateBasis, estimate_abundance
from classifier.statistics.expectation_maximisation import NamedScores, SampleSpread, counts_by_em
from classifier.statistics.quantification import Counts, adjusted_counts
from classifier.statistics.validation_plan import LEAST, validation_plan

BASES = {
    EstimateBasis.RANDOM: Basis.RANDOM,
    EstimateBasis.BORROWED: Basis.BORROWED,
}
AT_ONCE = 250  # samples whose counts are drawn again together


@dataclass(frozen=True)
class AbundanceEstimate:
    """(S, T + 1) counts with intervals, the last column of the dubious; (S,) what they stand on, and whether the model
    has a part in them; (S, T) adjusted counts and those by EM, NaN of samples that the model has not looked at."""

    abundance: Abundance
    basis: list[Basis]
    uses_model: np.ndarray
    adjusted: Counts | None
    by_em: Counts | None


def estimate(
    evidence: AbundanceEvidence,
    is_random: np.ndarray,
    is_one_model: bool,
    held_out: HeldOutEvidence | None,
    has_model: bool = True,
) -> AbundanceEstimate:
    """`is_random` (S,): whether objects drawn by chance speak for the sample. `is_one_model`: whether what was
    predicted at different times is of one model; one that is fitted anew while people sort is another each time.

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
        _adjusted(evidence, held_out) if held_out else None,
        _by_em(evidence, held_out) if held_out else None,
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


def _adjusted(evidence: AbundanceEvidence, held_out: HeldOutEvidence) -> Counts:
    """Of validated objects, and adjusted counts of the others."""
    settled, predicted = evidence.counted[:, :-1], evidence.predicted[:, :-1]
    return _by_blocks(
        evidence,
        lambda rows: Counts(
            *(settled[rows] + part for part in adjusted_counts(predicted[rows], held_out.confusion))
        ),
    )


def _by_em(evidence: AbundanceEvidence, held_out: HeldOutEvidence) -> Counts:
    """Of all objects, but for dubious ones."""
    settled, spread = evidence.counted[:, :-1], SampleSpread.of(held_out.confusion)
    return _by_blocks(
        evidence,
        lambda rows: counts_by_em(_left_in(evidence, rows), settled[rows], held_out.prior, spread),
    )


def _left_in(evidence: AbundanceEvidence, rows: slice) -> NamedScores:
    """The objects of some samples, whose numbers begin with 0."""
    start, stop = np.searchsorted(evidence.left.sample, [rows.start, rows.stop])
    sample, taxa, scores = (part[start:stop] for part in evidence.left)
    return NamedScores(sample - rows.start, taxa, scores)


def _by_blocks(evidence: AbundanceEvidence, counts_of: Callable[[slice], Counts]) -> Counts:
    samples = len(evidence.samples)
    rows = [slice(start, min(start + AT_ONCE, samples)) for start in range(0, samples, AT_ONCE)]
    blocks = [counts_of(each) for each in rows] or [Counts(*[np.zeros((0, len(evidence.taxa)))] * 3)]
    is_seen = (evidence.unseen == 0)[:, None]
    return Counts(*(np.where(is_seen, np.concatenate(part), np.nan) for part in zip(*blocks, strict=True)))


def proposals(evidence: AbundanceEvidence, result: AbundanceEstimate, most: int = 100) -> list[dict]:
    """Of each sample the widest interval of a taxon that is not rare, the widest first: what to validate next."""
    plan = validation_plan(evidence.sums, result.abundance, rows=result.abundance.count.size)
    by_sample: dict[int, dict] = {}
    is_rare = result.abundance.count[plan.sample, plan.taxon] < LEAST
    for place in np.argsort(is_rare, kind="stable").tolist():
        sample, taxon = int(plan.sample[place]), int(plan.taxon[place])
        if sample not in by_sample and taxon < len(evidence.taxa):
            by_sample[sample] = {
                "sample": int(evidence.samples[sample]),
                "taxon": int(evidence.taxa[taxon]),
                "half_width": float(plan.half_width[place]),
                "relative": float(plan.relative[place]),
                "objects": int(plan.objects[place]),
            }
    return sorted(by_sample.values(), key=lambda each: -each["relative"])[:most]
