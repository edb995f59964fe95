from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.results.gradients.downloads import map_as_csv
from annotations.results.gradients.form import GradientMenus
from annotations.results.gradients.positions import SampleMap, sample_map
from annotations.results.gradients.query import MEASURES, OWN, UNITS, read_gradient_query
from annotations.results.query_choices import MOST_ROWS, is_too_large, plotted_page, reasons_of, taxon_choices


@login_required
@require_GET
def sample_pies(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Concentration or biovolume of each sample as a pie of its taxa, on a map with coast lines."""
    project = open_project(request.user, project_id)
    query = read_gradient_query(request.GET, request.user)
    is_large = is_too_large(project, query.table.within, query.with_sizes)
    answer = SampleMap([], [], []) if is_large else sample_map(project, query)
    context = plotted_page(project, "Map of samples", query, OWN, answer.pies) | {
        "form": GradientMenus(query, taxon_choices(project, query.table.regrouping)),
        "is_large": is_large,
        "measure_unit": UNITS[query.quantity],
        "measure": MEASURES[query.quantity],
        "kinds": answer.kinds,
        "pies": answer.pies[:MOST_ROWS],
        "places": [
            [pie.name, pie.latitude, pie.longitude, pie.count, pie.parts, pie.url] for pie in answer.pies
        ],
        "names": [kind.name for kind in answer.kinds],
        "reasons": reasons_of(answer.warnings),
    }
    return render(request, "results/map.html", context)


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The pies of the map as CSV, with where they lie."""
    project = open_project(request.user, project_id)
    return map_as_csv(project, read_gradient_query(request.GET, request.user))
