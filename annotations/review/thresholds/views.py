"""The pages of thresholds: all predicted taxa, one of them with its slider, the objects at the border."""

from math import nextafter
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.review.thresholds.border import border_of
from annotations.review.thresholds.curves import ThresholdCurve, unreached
from annotations.review.thresholds.forms import ThresholdForm, ThresholdListForm
from annotations.review.thresholds.pages import curve_of, page_of_curves
from annotations.review.thresholds.plots import box_of, lowest_of, score_histogram, small_histogram
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def thresholds(request: SignedInRequest, project_id: int) -> HttpResponse:
    """All predicted taxa, those of which most waits first."""
    project = open_project(request.user, project_id)
    form = ThresholdListForm(request.GET)
    curves, following = page_of_curves(project_id, cleaned(form)["cursor"])
    context = {
        "project": project,
        "tab": "review",
        "rows": [_row(curve) for curve in curves],
        "italic": italic_among({curve.taxon for curve in curves}),
        "is_first": not form.cleaned_data["cursor"],
        "next": following,
    }
    return render(request, "review/thresholds.html", context)


@login_required
@require_GET
def threshold(request: SignedInRequest, project_id: int, taxon_id: int) -> HttpResponse:
    """One taxon: its histogram, the slider, and what lies on both sides of it."""
    project = open_project(request.user, project_id)
    chosen = cleaned(ThresholdForm(request.GET))["threshold"]
    curve = curve_of(project_id, taxon_id)
    name = names_of({taxon_id}).get(taxon_id)
    if name is None:
        raise Http404("There is no such taxon.")
    context = {
        "project": project,
        "tab": "review",
        "taxon": {"id": taxon_id, "name": name},
        "italic": italic_among({taxon_id}),
        "curve": curve,
        "may_accept": project.role.rank >= Role.ANNOTATOR.rank,
    }
    if curve and curve.scores.objects:
        context |= _slider(project_id, curve, _begin(curve) if chosen is None else chosen)
    return render(request, "review/threshold.html", context)


@login_required
@require_GET
def border(request: SignedInRequest, project_id: int, taxon_id: int) -> HttpResponse:
    """What lies on both sides of a threshold, as a fragment."""
    project = open_project(request.user, project_id)
    at = cleaned(ThresholdForm(request.GET))["threshold"] or 0.0
    context = {"project": project, "border": border_of(project_id, taxon_id, at)}
    return render(request, "review/parts/border.html", context)


def _row(curve: ThresholdCurve) -> dict:
    proposal = next(iter(curve.proposals), None)
    return {
        "taxon": {"id": curve.taxon, "name": curve.name},
        "curve": curve,
        "proposal": proposal,
        "plot": small_histogram(curve.scores, proposal.threshold if proposal else None),
    }


def _begin(curve: ThresholdCurve) -> float:
    """Where the slider stands at first: at the first threshold that is proposed, else where most is expected right."""
    if curve.proposals:
        return curve.proposals[0].threshold
    return float(curve.curve.threshold[curve.curve.expected.argmax()])


def _slider(project_id: int, curve: ThresholdCurve, score: float) -> dict:
    """What the page shows at a score: of thresholds, the lowest that isn't below it."""
    at, low = curve.at(score), lowest_of(curve.scores)
    threshold = at.threshold if at else score
    return {
        "at": at,
        "score": max(threshold, low),
        "low": low,
        "plot": (plot := score_histogram(curve)),
        "box": box_of(plot),
        "marks": [
            {"proposal": each, "share": (each.threshold - low) / (1 - low)} for each in curve.proposals
        ],
        "unreached": unreached(curve),
        "lines": curve.lines,
        "data": curve.as_json(),
        "border": border_of(project_id, curve.taxon, threshold),
        **_bench_queries(curve.taxon, threshold),
    }


def _bench_queries(taxon_id: int, threshold: float) -> dict[str, str]:
    """Of what lies above, the least sure first, and below, the surest first. A filter's ends belong to it, so what
    lies below ends with the highest score that there can be."""
    predicted = {"taxon": taxon_id, "descendants": 0, "state": "predicted"}
    return {
        "query_above": urlencode({**predicted, "order": "score", "score_min": threshold}),
        "query_below": urlencode({**predicted, "order": "-score", "score_max": nextafter(threshold, 0)}),
    }
