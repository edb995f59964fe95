"""The tables of acquisitions, processes and objects, which managers correct in place, by filter and from a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned
from annotations.common.refusals import back_to
from annotations.common.spreadsheet import csv_lines
from annotations.gallery.views.filters import chips
from annotations.metadata.columns import OWN_OF, columns_of
from annotations.metadata.correcting import correct_cell, plan_from_table, plan_many
from annotations.metadata.forms import CellForm, ManyForm, RowTableForm, SampleTableFileForm
from annotations.metadata.levels import Level, level_at
from annotations.metadata.matching import OBJECT, plan_matching
from annotations.metadata.models import Correction
from annotations.metadata.queries import values_of
from annotations.metadata.rows import RowQuery, all_batches, matching_rows, row_page, with_parents
from annotations.metadata.wording import lines_of_rows, rows_with_cells, value_lines
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter
from annotations.search.order import ORDERS


def table_at(path: str) -> Level:
    """Raises Http404 for a table that there is not; samples have a page of their own."""
    if path == "samples":
        raise Http404("Samples have a page of their own.")
    return level_at(path)


@login_required
@require_GET
def rows(request: SignedInRequest, project_id: int, level: str) -> HttpResponse:
    """A page of a table."""
    project, table = open_project(request.user, project_id), table_at(level)
    form = RowTableForm(request.GET, columns=columns_of(project, table.key))
    columns = _columns(form, table)
    query = _query(request, form, table)
    ids, following = row_page(project, table, query)
    context = {
        "project": project,
        "level": table,
        "is_objects": table.key == OBJECT,
        "columns": columns,
        "rows": with_parents(table, rows_with_cells(table, ids, columns)),
        "next": form.address(cursor=following) if following else "",
        "address": form.address(),
        "table_form": form,
        "orders": [option for kind in ORDERS.values() for option in kind.options],
        "filter_pairs": [
            (name, text) for name, texts in QueryDict(query.criteria.as_query()).lists() for text in texts
        ],
        "filter_query": query.criteria.as_query(),
        "filter_words": [state.word for state in query.criteria.state]
        + [chip["text"] for chip in chips(request, project, query.criteria)],
        "is_manager": project.role == Role.MANAGER,
        "many_form": ManyForm(columns=form.columns),
        "file_form": SampleTableFileForm(),
    }
    return render(request, "metadata/rows.html", context)


def _columns(form: RowTableForm, level: Level) -> list:
    return [*OWN_OF[level.key].values(), *cleaned(form)["column"]]


def _query(request: SignedInRequest, form: RowTableForm, level: Level) -> RowQuery:
    data = cleaned(form)
    criteria = Filter.parse(request.GET, request.user) if level.key == OBJECT else Filter()
    return RowQuery(criteria, data["q"].strip(), data["order"], data["cursor"])


@login_required
@require_POST
@back_to("metadata:rows", "project_id", "level")
def row_cell(request: SignedInRequest, project_id: int, level: str, row_id: int) -> HttpResponse:
    """Corrects a cell; answers with the row as it is then, or with what is wrong beside the cell."""
    project, table = open_project(request.user, project_id, Role.MANAGER), table_at(level)
    form = CellForm(request.POST, columns=columns_of(project, table.key))
    if form.is_valid():
        with RefusedIn(form):
            correction = correct_cell(
                project=project, user=request.user, row_id=row_id, level=table, **form.cleaned_data
            )
            return _corrected(request, project, table, correction, row_id)
    return render(request, "metadata/samples.html#cell_error", {"form": form}, status=400)


def _corrected(
    request: SignedInRequest, project: Project, level: Level, correction: Correction, row_id: int
) -> HttpResponse:
    address = QueryDict((request.htmx.current_url or "").partition("?")[2])
    form = RowTableForm(address, columns=columns_of(project, level.key))
    (row,) = with_parents(level, rows_with_cells(level, [row_id], _columns(form, level)))
    context = {
        "project": project,
        "level": level,
        "row": row,
        "is_manager": True,
        "is_objects": level.key == OBJECT,
        "correction": correction,
        "changes": value_lines(level.key, values_of(correction)),
        "query": address.urlencode(),
    }
    return render(request, "metadata/rows.html#corrected", context)


@login_required
@require_POST
@back_to("metadata:rows", "project_id", "level")
def plan_rows(request: SignedInRequest, project_id: int, level: str) -> HttpResponse:
    """The preview of one value for many rows: those that are ticked, or all that match."""
    project, table = open_project(request.user, project_id, Role.MANAGER), table_at(level)
    data = cleaned(ManyForm(request.POST, columns=columns_of(project, table.key)))
    change = {"project": project, "user": request.user, "column": data["column"], "value": data["value"]}
    if data["all"] and table.key == OBJECT:
        criteria = Filter.parse(QueryDict(data["filter"]), request.user)
        correction = plan_matching(criteria=criteria, **change)
    else:
        ids = matching_rows(project, table, data["q"].strip()) if data["all"] else data["sample"]
        correction = plan_many(row_ids=ids, level=table, **change)
    return redirect("metadata:correction", project.pk, correction.pk)


@download_view
@require_GET
def download_rows(request: SignedInRequest, project_id: int, level: str) -> StreamingHttpResponse:
    """The rows as CSV, as *table* takes them back."""
    project, table = open_project(request.user, project_id), table_at(level)
    columns = columns_of(project, table.key)
    query = _query(request, RowTableForm(request.GET, columns=columns), table)
    batches = all_batches(project, table, RowQuery(query.criteria, query.q))
    lines = csv_lines(lines_of_rows(table, batches, list(columns.values())))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table.path}_{project.pk}.csv"'
    return answer


@login_required
@require_POST
def take_rows(request: SignedInRequest, project_id: int, level: str) -> HttpResponse:
    """Takes a table, and shows what it would change."""
    project, table = open_project(request.user, project_id, Role.MANAGER), table_at(level)
    form = SampleTableFileForm(request.POST, request.FILES)
    faults: list[dict] = []
    if form.is_valid():
        with RefusedIn(form) as refused:
            file, empties = form.cleaned_data["table"], form.cleaned_data["empties"]
            correction = plan_from_table(
                project=project, user=request.user, content=file.read(), name=file.name,
                empties=empties, level=table,
            )  # fmt: skip
            return redirect("metadata:correction", project.pk, correction.pk)
        problems = getattr(refused.refusal, "problems", None)
        faults = sorted(problems.listed, key=lambda fault: fault["line"] or 0) if problems else []
    context = {"project": project, "form": form, "faults": faults, "level": table}
    return render(request, "metadata/refused.html", context, status=400)
