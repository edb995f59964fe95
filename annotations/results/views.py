from itertools import islice

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.abundance.queries import table_of
from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.results.composition import composition_plot, whole_samples
from annotations.results.counting import NAMED
from annotations.results.downloads import as_csv, depths_of
from annotations.results.links import bench_address
from annotations.results.query import GROUPINGS, OWN, ResultsMenus, ResultsQuery, read_results_query
from annotations.results.query_choices import chips, hidden_fields, is_too_large, results_page, taxon_choices
from annotations.results.rows import result_rows
from annotations.results.table import ResultRow
from annotations.taxonomy.ranks import italic_among
from annotations.volumes.sampling import NO_UNIT

MOST_ROWS = 500  # on the page; the CSV has all


@login_required
@require_GET
def table(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How many, m⁻³, mm³ m⁻³ and how large, of each sample and taxon."""
    project = open_project(request.user, project_id)
    query = read_results_query(request.GET, request.user)
    is_large = not query.is_corrected and is_too_large(project, query.within)
    rows = [] if is_large else list(islice(result_rows(project, query), MOST_ROWS + 1))
    italic = italic_among({row.taxon for row in rows})
    reasons = list(dict.fromkeys(warning for row in rows for warning in row.warnings))
    context = results_page(project, "Results", query.as_address()) | {
        "query": query,
        "form": ResultsMenus(query, taxon_choices(project, query.regrouping)),
        "estimated": table_of(project),
        "title": f"Per {GROUPINGS[query.by].partition(' (')[0]} and taxon",
        "states": [(state.word, state in query.states) for state in NAMED],
        "chips": chips(query.criteria),
        "hidden_fields": hidden_fields(query.criteria, OWN),
        "rows": [_displayed(project, query, row, italic) for row in rows[:MOST_ROWS]],
        "reasons": [reason for reason in reasons if reason != NO_UNIT],
        "plot": composition_plot(project, query, whole_samples(rows, len(rows) > MOST_ROWS), italic),
        "is_large": is_large,
        "is_cut": len(rows) > MOST_ROWS,
        "most_rows": MOST_ROWS,
    }
    return render(request, "results/table.html", context)


def _displayed(project: Project, query: ResultsQuery, row: ResultRow, italic: set[int]) -> dict:
    return {
        "row": row,
        "depths": depths_of(row, query),
        "url": bench_address(project, query, row) if row.count else None,
        "is_italic": row.taxon in italic,
        "percent": None if row.share is None else 100 * row.share,
        "percents": tuple(100 * end for end in row.intervals.get("share", ())),
    }


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The same table as CSV, with all its rows and quantities."""
    project = open_project(request.user, project_id)
    return as_csv(project, read_results_query(request.GET, request.user))
