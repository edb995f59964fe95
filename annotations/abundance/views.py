from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.abundance.actions import start_estimate
from annotations.abundance.downloads import as_csv, as_parquet
from annotations.abundance.forms import UNITS, DownloadForm, DrawForm, EstimateForm, FigureForm
from annotations.abundance.models import AbundanceTable
from annotations.abundance.plans import draw_plan
from annotations.abundance.plots import abundance_plot
from annotations.abundance.queries import (
    FigureChoice,
    coarser_taxa,
    job_under_way,
    plans_of,
    proposals_of,
    rows_of,
    samples_of,
    summary_of,
    table_of,
    taxa_of,
)
from annotations.abundance.wording import displayed_plan, displayed_row, displayed_summary, work_address
from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.learning.models import Model
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role

A_PAGE = 100  # rows
PROPOSED = 5  # samples
PLANS = 10
FEWEST_DRAWN = 30  # suggested: of fewer, each slip weighs too much


@login_required
@require_http_methods(["GET", "POST"])
@back_to("abundance:table", "project_id")
def table(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How many objects of a taxon the samples hold, or a sample of each taxon; POST counts anew."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.ANNOTATOR)
        form = EstimateForm(request.POST, project=project)
        return redirect("jobs:detail", start_estimate(user=request.user, project=project, **cleaned(form)).pk)
    project = open_project(request.user, project_id)
    made = table_of(project)
    context = {
        "project": project,
        "job": job_under_way(project),
        "form": EstimateForm(project=project),
        "may_count": project.role.rank >= Role.ANNOTATOR.rank,
    }
    if made:
        context |= _answer(request, project, made)
    return render(request, "abundance/table.html", context)


def _answer(request: SignedInRequest, project: Project, made: AbundanceTable) -> dict:
    form = FigureForm(request.GET)
    cursor = cleaned(form)["cursor"]
    taxa, choice = taxa_of(made), form.choice()
    if not choice.is_ranked and taxa:
        choice = FigureChoice(taxon=taxa[0].id, unit=choice.unit)
    page = rows_of(made, choice, cursor or None, A_PAGE)
    samples = samples_of(made)
    by_taxon = bool(choice.taxon)
    title = _title(choice, {taxon.id: taxon.name for taxon in taxa}, {one.pk: str(one) for one in samples})
    return {
        "made": made,
        "summary": displayed_summary(summary_of(made)),
        "coarser": coarser_taxa(made),
        "is_fitted_anew": made.model is not None and made.model.method == Model.Method.REFIT,
        "taxa": taxa,
        "samples": samples,
        "choice": choice,
        "units": UNITS,
        "by_taxon": by_taxon,
        "title": title,
        "plot": abundance_plot(title, page.rows, by_taxon),
        "rows": [displayed_row(row, by_taxon) for row in page.rows],
        "has_adjusted": any(row.figure.adjusted is not None for row in page.rows),
        "next": page.next,
        "reasons": sorted({row.volume.why_not for row in page.rows if row.volume and row.volume.why_not}),
        **_plan(project, made),
    }


def _plan(project: Project, made: AbundanceTable) -> dict:
    """What to validate next, and how far plans are."""
    proposals = proposals_of(made)[:PROPOSED]
    return {
        "proposals": proposals,
        "suggested": max([FEWEST_DRAWN, *(one.objects for one in proposals[:1])]),
        "plans": [displayed_plan(state) for state in plans_of(project, None, PLANS)[0]],
    }


def _title(choice: FigureChoice, taxa: dict[int, str], samples: dict[int, str]) -> str:
    if (choice.taxon and choice.taxon not in taxa) or (choice.sample and choice.sample not in samples):
        raise Http404("The table has no such taxon or sample: count again.")
    parts = [taxa.get(choice.taxon or 0, ""), samples.get(choice.sample or 0, "")]
    return " in ".join(part for part in parts if part)


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The whole table as CSV or Parquet, or what of it is chosen."""
    project = open_project(request.user, project_id)
    form = DownloadForm(request.GET)
    kind = cleaned(form)["format"]
    made = table_of(project)
    if made is None:
        raise Http404("Nothing has been counted in this project yet: count first.")
    return (as_parquet if kind == "parquet" else as_csv)(made, form.choice())


@login_required
@require_http_methods(["POST"])
@back_to("abundance:table", "project_id")
def plans(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Draws objects to be validated, and opens them."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    sent = cleaned(DrawForm(request.POST))
    plan = draw_plan(user=request.user, project=project, samples=sent["sample"], objects=sent["objects"])
    return redirect(work_address(plan))
