from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.results.comparison.colours import columns_of
from annotations.results.comparison.comparison import SampleComparison, comparison
from annotations.results.comparison.downloads import (
    compared_samples,
    dissimilarities_as_csv,
    groups_of,
    samples_as_csv,
)
from annotations.results.comparison.plots import MOST_ROWS, heat_map, ordination_plot
from annotations.results.comparison.query import (
    OWN,
    ComparisonQuery,
    SampleComparisonMenus,
    read_comparison_query,
)
from annotations.results.links import SampleLinks
from annotations.results.query_choices import (
    asking_of_taxa,
    is_too_large,
    reasons_of,
    results_page,
    taxon_choices,
)


@login_required
@require_GET
def compare(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How unlike samples are, as a heat map with a tree and as points, with a table of the points."""
    project = open_project(request.user, project_id)
    query = read_comparison_query(request.GET, request.user)
    is_large = is_too_large(project, query.table.within, with_sizes=False)
    context = results_page(project, "Compare samples", query.as_address()) | {
        "query": query,
        "is_large": is_large,
    }
    context |= _menus(project, query, []) if is_large else _plots(project, query, comparison(project, query))
    context |= asking_of_taxa(project, query.table, OWN)
    return render(request, "results/compare.html", context)


def _menus(project: Project, query: ComparisonQuery, samples: list[int]) -> dict:
    return {
        "form": SampleComparisonMenus(
            query, taxon_choices(project, query.table.regrouping), columns_of(samples)
        )
    }


def _plots(project: Project, query: ComparisonQuery, answer: SampleComparison) -> dict:
    groups = groups_of(project, query, answer)
    links = SampleLinks(project, query.table)
    samples = [sample.id for sample in answer.matrix.samples]
    return _menus(project, query, samples) | {
        "heat_map": heat_map(project, query, answer),
        "most_rows": MOST_ROWS,
        "ordination": ordination_plot(project, query, answer, groups),
        "samples": [
            line | {"url": links.to([line["sample_id"]])} for line in compared_samples(answer, groups)
        ],
        "placed_taxa": answer.taxa,
        "reasons": reasons_of(answer.warnings),
    }


@download_view
@require_GET
def dissimilarities(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The dissimilarities of all samples as CSV."""
    project = open_project(request.user, project_id)
    return dissimilarities_as_csv(project, read_comparison_query(request.GET, request.user))


@download_view
@require_GET
def points(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The points of the samples as CSV."""
    project = open_project(request.user, project_id)
    return samples_as_csv(project, read_comparison_query(request.GET, request.user))
