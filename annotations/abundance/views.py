from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.abundance.actions import start_estimate
from annotations.abundance.downloads import as_csv, as_parquet
from annotations.abundance.forms import DownloadForm, DrawForm, EstimateForm, FigureForm, FigureMenus
from annotations.abundance.models import AbundanceTable
from annotations.abundance.plan_queries import plans_of, proposals_of
from annotations.abundance.plans import draw_plan
from annotations.abundance.plots import abundance_plot
from annotations.abundance.queries import (
    FigureChoice,
    counted_samples,
    counted_taxa,
    job_under_way,
    ranked_choice,
    rows_of,
    table_of,
)
from annotations.abundance.summary import coarser_taxa, summary_of
from annotations.abundance.wording import displayed_plan, displayed_row, displayed_summary, work_address
from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.learning.models import Model
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.projects.optionlists import Chooser
from annotations.samples.naming import readable_id

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
    created = table_of(project)
    context = {
        "project": project,
        "job": job_under_way(project),
        "form": EstimateForm(project=project),
        "may_count": project.role.rank >= Role.ANNOTATOR.rank,
    }
    if created:
        context |= _answer(request, project, created)
    return render(request, "abundance/table.html", context)


def _answer(request: SignedInRequest, project: Project, made: AbundanceTable) -> dict:
    form = FigureForm(request.GET)
    cursor = cleaned(form)["cursor"]
    choice = ranked_choice(made, form.choice(project))
    return {
        "made": made,
        "summary": displayed_summary(summary_of(made)),
        "coarser": coarser_taxa(made),
        "is_fitted_anew": made.model is not None and made.model.method == Model.Method.REFIT,
        "choice": choice,
        "menus": FigureMenus(choice, Chooser(request.user, project)),
        **_figures(made, choice, _title(project, choice), cursor),
        **_plan(project, made),
    }


def _figures(made: AbundanceTable, choice: FigureChoice, title: str, cursor: str | None) -> dict:
    """A page of the table, and its plot."""
    page, by_taxon = rows_of(made, choice, cursor or None, A_PAGE), bool(choice.taxon)
    return {
        "by_taxon": by_taxon,
        "title": title,
        "plot": abundance_plot(title, page.rows, by_taxon),
        "rows": [displayed_row(row, by_taxon) for row in page.rows],
        "has_adjusted": any(row.figure.adjusted is not None for row in page.rows),
        "has_intervals": any(row.figure.adjusted_low is not None for row in page.rows),
        "next": page.next,
        "reasons": sorted({row.volume.why_not for row in page.rows if row.volume and row.volume.why_not}),
    }


def _title(project: Project, choice: FigureChoice) -> str:
    """The names of what is chosen. Raises Http404 where the table has no such taxon or sample."""
    taxon = counted_taxa(project).filter(pk=choice.taxon).first() if choice.taxon else None
    sample = counted_samples(project).filter(pk=choice.sample).first() if choice.sample else None
    if (choice.taxon and not taxon) or (choice.sample and not sample):
        raise Http404("The table has no such taxon or sample: count again.")
    names = [taxon and taxon.display_name, sample and readable_id(sample.original_id)]
    return " in ".join(name for name in names if name)


def _plan(project: Project, made: AbundanceTable) -> dict:
    """What to validate next, and how far plans are."""
    proposals = proposals_of(made)[:PROPOSED]
    return {
        "proposals": proposals,
        "suggested": max([FEWEST_DRAWN, *(one.objects for one in proposals[:1])]),
        "plans": [displayed_plan(state) for state in plans_of(project, None, PLANS)[0]],
    }


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The whole table as CSV or Parquet, or what of it is chosen."""
    project = open_project(request.user, project_id)
    form = DownloadForm(request.GET)
    kind = cleaned(form)["format"]
    created = table_of(project)
    if created is None:
        raise Http404("Nothing has been counted in this project yet: count first.")
    return (as_parquet if kind == "parquet" else as_csv)(created, form.choice(project))


@login_required
@require_http_methods(["POST"])
@back_to("abundance:table", "project_id")
def plans(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Draws objects to be validated, and opens them."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    sent = cleaned(DrawForm(request.POST))
    plan = draw_plan(user=request.user, project=project, samples=sent["sample"], objects=sent["objects"])
    return redirect(work_address(plan))
