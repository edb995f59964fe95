from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.results.query_choices import (
    asking_of_taxa,
    is_too_large,
    reasons_of,
    results_page,
    taxon_choices,
)
from annotations.results.spectra.downloads import classes_as_csv, lines_as_csv
from annotations.results.spectra.form import SpectraMenus
from annotations.results.spectra.links import ClassLinks, diameter_of
from annotations.results.spectra.plot import NAMES, UNITS, spectra_plot
from annotations.results.spectra.query import OWN, TAXON, SpectrumQuery, read_spectrum_query
from annotations.results.spectra.spectra import SizeSpectra, size_spectra
from annotations.taxonomy.ranks import italic_among

MOST_CLASSES = 500  # on the page; the CSV has all


@login_required
@require_GET
def spectra(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Normalised size spectra with their slopes: a plot, and every number of it in two tables."""
    project = open_project(request.user, project_id)
    query = read_spectrum_query(request.GET, request.user)
    is_large = is_too_large(project, query.within)
    answer = SizeSpectra([], []) if is_large else size_spectra(project, query)
    context = results_page(project, "Size spectra", query.as_address()) | {
        "query": query,
        "form": SpectraMenus(query, taxon_choices(project, query.regrouping), answer.spectra),
        "is_large": is_large,
        "measure": NAMES[query.measure],
        "measure_unit": UNITS[query.measure],
    }
    context |= asking_of_taxa(project, query, OWN)
    return render(request, "results/spectra.html", context | _tables(project, query, answer))


def _tables(project: Project, query: SpectrumQuery, answer: SizeSpectra) -> dict:
    links = ClassLinks(project, query)
    italic = italic_among({spectrum.key for spectrum in answer.spectra}) if query.by == TAXON else set()
    rows = [
        {
            "spectrum": spectrum,
            "is_italic": spectrum.key in italic,
            "of": each,
            "height": each.height(query.measure),
            "esd": (diameter_of(each.low), diameter_of(each.high)),
            "url": links.to(spectrum, each),
        }
        for spectrum in answer.spectra
        for each in spectrum.classes
    ]
    reasons = dict.fromkeys(each for spectrum in answer.spectra for each in spectrum.warnings)
    return {
        "spectra": [
            {"spectrum": spectrum, "is_italic": spectrum.key in italic}
            for spectrum in answer.spectra[:MOST_CLASSES]
        ],
        "rows": rows[:MOST_CLASSES],
        "is_cut": len(rows) > MOST_CLASSES,
        "most_classes": MOST_CLASSES,
        "plot": spectra_plot(answer.spectra, query, links, italic),
        "reasons": [*answer.warnings, *reasons_of(list(reasons))],
        "has_links": links.is_sphere,
    }


@download_view
@require_GET
def classes(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The classes of the spectra as CSV."""
    project = open_project(request.user, project_id)
    return classes_as_csv(project, read_spectrum_query(request.GET, request.user))


@download_view
@require_GET
def slopes(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The slopes of the spectra as CSV."""
    project = open_project(request.user, project_id)
    return lines_as_csv(project, read_spectrum_query(request.GET, request.user))
