"""Numbers and what they stand on, as people read them."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from annotations.abundance.models import Basis, ValidationPlan
from annotations.abundance.plan_queries import PlanState
from annotations.abundance.queries import AbundanceRow
from annotations.abundance.summary import TableSummary
from annotations.samples.models import State

EXACT = 1e-3  # of an object: no interval is narrower
ANSWERED = (State.VALIDATED, State.DUBIOUS)
EXPLAINED = {
    Basis.EXACT: "people have settled all objects: nothing is estimated",
    Basis.RANDOM: "objects drawn by chance were settled: of 100 such intervals, 95 hold the true count, however"
    " wrong the model is",
    Basis.BORROWED: "no objects drawn by chance: the model’s count, set right by how it errs in samples that have some",
    Basis.BY_MODEL: "no objects drawn by chance: the model’s count, and all that is possible as the interval",
    Basis.VALIDATED: "no objects drawn by chance, and no model: what is validated, and all that is possible as the"
    " interval",
}


def count_in_words(value: float) -> str:
    """`12,345`; of few, with a decimal: 3.2."""
    return f"{value:,.0f}" if value >= 9.95 or value == round(value) else f"{value:.1f}"


def concentration_in_words(value: float) -> str:
    """Three digits that count: `12,300`, `0.00123`."""
    if value == 0:
        return "0"
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def interval_in_words(low: float, high: float) -> str:
    return f"{count_in_words(low)} to {count_in_words(high)}"


def work_address(plan: ValidationPlan) -> str:
    """The bench with what of the plan is not settled yet."""
    return _bench(plan, [state.word for state in State if state not in ANSWERED])


def _bench(plan: ValidationPlan, states: list[str]) -> str:
    query = urlencode({"plan": plan.pk, "state": states}, doseq=True)
    return f"{reverse('gallery:bench', args=[plan.project_id])}?{query}"


def displayed_plan(state: PlanState) -> dict[str, Any]:
    """With the addresses of what is left of it, and of all."""
    return {"state": state, "url": work_address(state.plan), "all_url": _bench(state.plan, [])}


def displayed_row(row: AbundanceRow, by_taxon: bool) -> dict[str, Any]:
    """As a line of the page's table."""
    one, volume = row.figure, row.per_cubic_metre
    return {
        "sample": one.sample_id,
        "taxon": one.taxon_id,
        "name": row.sample_name if by_taxon else row.taxon_name,
        "basis": Basis(row.sample.basis),
        "estimate": count_in_words(one.estimate),
        "interval": "exact" if row.is_exact else interval_in_words(one.low, one.high),
        "counted": one.counted,
        "sample_objects": row.sample.objects_seen,
        "adjusted": _counted_otherwise(one.adjusted, one.adjusted_low, one.adjusted_high),
        "em": _counted_otherwise(one.em, one.em_low, one.em_high),
        "concentration": volume and concentration_in_words(volume[0]),
        "concentration_interval": volume and " to ".join(map(concentration_in_words, volume[1:])),
        "why_not": row.volume.why_not if row.volume else "",
    }


def _counted_otherwise(
    count: float | None, low: float | None, high: float | None
) -> dict[str, str | None] | None:
    """With an interval where there is one, and something is left to estimate."""
    if count is None:
        return None
    if low is None or high is None or high - low < EXACT:
        return {"count": count_in_words(count), "interval": None}
    interval = interval_in_words(low, high)
    return {"count": count_in_words(count), "interval": interval}


def displayed_summary(summary: TableSummary) -> dict[str, Any]:
    """The whole with a line for each basis that some sample has."""
    lines = [
        {"basis": basis, "samples": summary.by_basis[basis], "explained": EXPLAINED[basis]}
        for basis in Basis
        if summary.by_basis.get(basis)
    ]
    return {"whole": summary, "lines": lines}
