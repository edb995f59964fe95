from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.results.gradients.downloads import gradient_as_csv
from annotations.results.gradients.form import GradientMenus
from annotations.results.gradients.gradients import Gradient, gradient
from annotations.results.gradients.links import address_of
from annotations.results.gradients.plot import gradient_plot
from annotations.results.gradients.query import (
    ALONG,
    LINES,
    OWN,
    QUANTITIES,
    STACK,
    UNITS,
    GradientQuery,
    read_gradient_query,
)
from annotations.results.gradients.stacks import stacked_plot
from annotations.results.query_choices import MOST_ROWS, is_too_large, plotted_page, reasons_of, taxon_choices
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def gradients(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Concentration or biovolume of taxa against depth or time: a plot, and every number of it in a table."""
    project = open_project(request.user, project_id)
    query = read_gradient_query(request.GET, request.user)
    is_large = is_too_large(project, query.table.within, query.with_sizes)
    answer = Gradient([], []) if is_large else gradient(project, query)
    context = plotted_page(project, "Depth and time", query, OWN, answer.rows) | {
        "form": GradientMenus(query, taxon_choices(project, query.table.regrouping)),
        "is_large": is_large,
        "along": ALONG[query.along],
        "measure_unit": UNITS[query.quantity],
        "measure": QUANTITIES[query.quantity],
    }
    return render(request, "results/gradients.html", context | _table(project, query, answer))


def _table(project: Project, query: GradientQuery, answer: Gradient) -> dict:
    italic = italic_among({row.taxon for row in answer.rows})
    return {
        "rows": [
            {"row": row, "is_italic": row.taxon in italic, "url": address_of(project, query, row)}
            for row in answer.rows[:MOST_ROWS]
        ],
        "plot": gradient_plot(project, query, answer.rows, italic) if query.drawing == LINES else None,
        "stack": stacked_plot(project, query, answer.rows, italic) if query.drawing == STACK else None,
        "reasons": reasons_of(answer.warnings),
    }


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The profile or time series as CSV."""
    project = open_project(request.user, project_id)
    return gradient_as_csv(project, read_gradient_query(request.GET, request.user))
