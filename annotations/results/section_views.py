from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.results.links import SampleLinks
from annotations.results.query_choices import MOST_ROWS, is_too_large, plotted_page, reasons_of, taxon_choices
from annotations.results.sections.downloads import section_as_csv
from annotations.results.sections.plot import cell_address, section_plot
from annotations.results.sections.query import (
    ACROSS,
    COUNT,
    MEASURES,
    OWN,
    TIME,
    SectionMenus,
    SectionQuery,
    read_section_query,
)
from annotations.results.sections.sections import WaterSection, section


@login_required
@require_GET
def sections(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How much there is by depth, along the track or by days: cells, and every number of them in a table."""
    project = open_project(request.user, project_id)
    query = read_section_query(request.GET, request.user)
    is_large = is_too_large(project, query.table.within, query.with_sizes)
    answer = WaterSection([], []) if is_large else section(project, query)
    links = SampleLinks(project, query.table)
    context = plotted_page(project, "Sections", query, OWN, answer.cells) | {
        "form": SectionMenus(query, taxon_choices(project, query.table.regrouping)),
        "is_large": is_large,
        "measure": MEASURES[query.quantity],
        "across": ACROSS[query.across],
        "plot": section_plot(project, query, answer.cells),
        "cells": [(cell, cell_address(links, query, cell)) for cell in answer.cells[:MOST_ROWS]],
        "reasons": reasons_of(answer.warnings),
        "instead": _instead(query),
    }
    return render(request, "results/sections.html", context)


def _instead(query: SectionQuery) -> dict[str, str]:
    """What can be drawn where nothing can: a cast has objects in each layer, a sample without a position its day."""
    if query.quantity != COUNT:
        return {"address": replace(query, quantity=COUNT).as_address(), "button": "The objects in each layer"}
    if query.across != TIME:
        return {"address": replace(query, across=TIME).as_address(), "button": "Against days"}
    return {}


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The cells of the section as CSV."""
    project = open_project(request.user, project_id)
    return section_as_csv(project, read_section_query(request.GET, request.user))
