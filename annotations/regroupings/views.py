from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.problems import Problems
from annotations.common.refusals import back_to
from annotations.common.spreadsheet import csv_blocks
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.regroupings.actions import (
    RegroupingConflict,
    change_regrouping,
    create_regrouping,
    retire_regrouping,
)
from annotations.regroupings.conflicts import (
    edits_since,
    lines_of_groups,
    lines_of_rows,
    names_of_gone_groups,
    unchanged_of_groups,
)
from annotations.regroupings.forms import (
    GroupingTableForm,
    GroupsForm,
    RetiringForm,
    RowsForm,
    RowsPageForm,
    StartForm,
)
from annotations.regroupings.models import Regrouping
from annotations.regroupings.page import detail_context, rows_page
from annotations.regroupings.queries import groups_with_sizes, regrouping_in, regroupings_in_list, table_rows
from annotations.regroupings.starting_points import starting_rows, starts_for
from annotations.regroupings.tables import read_grouping
from annotations.taxon_traits.queries import usable_traits

MOST_TRAITS = 50  # of taxa that the page offers


@login_required
@require_GET
def listed(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The regroupings of the project."""
    project = open_project(request.user, project_id)
    context = {
        "project": project,
        "regroupings": regroupings_in_list(project),
        "traits": usable_traits()[:MOST_TRAITS],
    }
    return render(request, "regroupings/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A new one from a rank, the project's taxa, a trait of taxa, a copy, or nothing."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = StartForm(posted(request), starts=starts_for(project, request.user))
    if form.is_valid():
        with RefusedIn(form):
            begun = starting_rows(project, form.cleaned_data["start"])
            created = create_regrouping(
                project=project, user=request.user, name=form.cleaned_data["name"], **begun.as_fields()
            )
            return redirect("regroupings:detail", project_id, created.pk)
    context = {"project": project, "form": form, "table_form": GroupingTableForm(auto_id="table_%s")}
    return render(request, "regroupings/new.html", context, status=status_of(form))


@login_required
@require_POST
@back_to("regroupings:new", "project_id")
def from_table(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A new one from a table: first what it holds, then, on the button of that page, made."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = GroupingTableForm(request.POST, request.FILES, auto_id="table_%s")
    context: dict = {"project": project, "form": form}
    if form.is_valid():
        problems = Problems(thing="table")
        text, file = form.lines(problems)
        table = read_grouping(text, file, problems)
        context |= {"table": table, "problems": problems, "text": text}
        if form.cleaned_data["is_confirmed"] and not problems:
            with RefusedIn(form):
                created = create_regrouping(
                    project=project, user=request.user, name=form.cleaned_data["name"], **table.as_fields()
                )
                return redirect("regroupings:detail", project_id, created.pk)
    return render(request, "regroupings/preview.html", context, status=status_of(form))


@login_required
@require_GET
def detail(request: SignedInRequest, project_id: int, regrouping_id: int) -> HttpResponse:
    """Its groups, its rows, what was changed; for managers with fields."""
    project = open_project(request.user, project_id)
    regrouping = regrouping_in(project, regrouping_id)
    page = rows_page(regrouping, cleaned(RowsPageForm(request.GET))["after"])
    context = {"project": project, "regrouping": regrouping, "page": page}
    return render(request, "regroupings/detail.html", context | detail_context(regrouping, page))


@login_required
@require_POST
@back_to("regroupings:detail", "project_id", "regrouping_id")
def groups(request: SignedInRequest, project_id: int, regrouping_id: int) -> HttpResponse:
    """Renames it and its groups, joins groups of one name, says what results leave out."""
    regrouping = regrouping_in(open_project(request.user, project_id, Role.MANAGER), regrouping_id)
    form = GroupsForm(request.POST, regrouping=regrouping, groups=groups_with_sizes(regrouping))
    cleaned(form)
    try:
        change_regrouping(regrouping=regrouping, user=request.user, **form.changes())
    except RegroupingConflict:
        more: dict[str, object] = {"lines": lines_of_groups(form), "unchanged": unchanged_of_groups(form)}
        more["gone"] = names_of_gone_groups(form)
        return _conflict(request, regrouping, form.cleaned_data["revision"], more)
    messages.success(request, "Saved.")
    return redirect("regroupings:detail", project_id, regrouping_id)


@login_required
@require_POST
@back_to("regroupings:detail", "project_id", "regrouping_id")
def rows(request: SignedInRequest, project_id: int, regrouping_id: int) -> HttpResponse:
    """Says of taxa which group they count for."""
    regrouping = regrouping_in(open_project(request.user, project_id, Role.MANAGER), regrouping_id)
    form = RowsForm(request.POST)
    revision = cleaned(form)["revision"]
    try:
        change_regrouping(regrouping=regrouping, user=request.user, revision=revision, rows=form.rows())
    except RegroupingConflict:
        return _conflict(request, regrouping, revision, {"lines": lines_of_rows(regrouping, form)})
    messages.success(request, "Saved.")
    return redirect("regroupings:detail", project_id, regrouping_id)


def _conflict(
    request: SignedInRequest, regrouping: Regrouping, revision: int, more: dict[str, object]
) -> HttpResponse:
    """What was typed is not lost with the page: it is saved by the address that it was sent to."""
    project = regrouping.project  # with the role of the person
    regrouping.refresh_from_db()
    context = {"project": project, "regrouping": regrouping, "action": request.path}
    context["edits"] = edits_since(regrouping, revision)
    return render(request, "regroupings/conflict.html", context | more, status=RegroupingConflict.status)


@login_required
@require_POST
@back_to("regroupings:detail", "project_id", "regrouping_id")
def retire(request: SignedInRequest, project_id: int, regrouping_id: int) -> HttpResponse:
    """Takes it out of the menus of results, or puts it back."""
    regrouping = regrouping_in(open_project(request.user, project_id, Role.MANAGER), regrouping_id)
    retire_regrouping(regrouping=regrouping, user=request.user, **cleaned(RetiringForm(request.POST)))
    return redirect("regroupings:list", project_id)


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int, regrouping_id: int) -> HttpResponseBase:
    """Its rows as CSV, which another project can start from."""
    regrouping = regrouping_in(open_project(request.user, project_id), regrouping_id)
    return StreamingHttpResponse(
        csv_blocks(table_rows(regrouping)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="regrouping_{regrouping.pk}.csv"'},
    )
