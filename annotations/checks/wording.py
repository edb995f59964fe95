"""A check in sentences, as its pages and the API say them."""

from dataclasses import dataclass

from annotations.checks.figures import CheckFigures
from annotations.checks.models import QualityCheck
from annotations.common.percent import percent
from annotations.common.plots.intervals import Interval
from classifier.statistics.looks import LookDecision


def unbroken(sentence: str) -> str:
    """For pages: a number stays on the line of its percent sign."""
    return sentence.replace(" %", "\u00a0%")


def target_in_words(check: QualityCheck) -> str:
    targets = []
    if check.least is not None:
        targets.append(f"whether at least {percent(check.least)} are right")
    if check.half_width is not None:
        targets.append(f"the precision to ± {percent(check.half_width)}")
    return ", or ".join(targets)


def verdict(check: QualityCheck, figures: CheckFigures) -> str:
    """Whether one can stop, and what is certain then."""
    stop = "" if check.finished else "; you can stop"
    match figures.decision:
        case LookDecision.COMPLETE:
            return f"All that can be judged were looked at: {percent(figures.precision or 0)} are right."
        case LookDecision.GOOD:
            return f"It is certain now that at least {percent(check.least or 0)} are right{stop}."
        case LookDecision.BAD:
            return f"It is certain now that fewer than {percent(check.least or 0)} are right{stop}."
        case LookDecision.NARROW:
            return f"The precision is known to ± {percent(check.half_width or 0)} now{stop}."
    if check.finished:
        return "It was stopped before that was decided: the interval holds, wide as it is."
    if not figures.waiting:
        return "All that were drawn have been looked at, and it isn’t decided: start another check for more."
    return _outlook(figures)


@dataclass(frozen=True)
class CheckSummary:
    """What a page shows of the figures."""

    figures: CheckFigures
    interval: Interval
    precision: str  # `95 %`; empty before the first look
    range: str  # `88 to 98 %`
    verdict: str


def summary(check: QualityCheck, figures: CheckFigures) -> CheckSummary:
    low, high = (percent(end).removesuffix(" %") for end in (figures.low, figures.high))
    return CheckSummary(
        figures,
        _interval(check, figures),
        "" if figures.precision is None else percent(figures.precision),
        f"{low} %" if low == high else f"{low} to {high} %",
        unbroken(verdict(check, figures)),
    )


def _interval(check: QualityCheck, figures: CheckFigures) -> Interval:
    return Interval.of_shares(figures.precision or 0, figures.low, figures.high, check.least)


def _outlook(figures: CheckFigures) -> str:
    if figures.looks_needed is None or figures.looks_needed - figures.judged > figures.waiting:
        return (
            "So near the bound it takes looking at nearly all to decide it; the interval holds all the same."
        )
    more = figures.looks_needed - figures.judged
    return f"About {_rounded(more):,} more look{'' if more == 1 else 's'}, if it goes on like this."


def _rounded(number: int) -> int:
    """A forecast has two digits that mean something."""
    unit = 10 ** max(len(str(number)) - 2, 0)
    return round(number / unit) * unit
