"""The tables of samples, acquisitions, processes and objects, corrected in place, by filter and from a file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned
from annotations.common.refusals import back_to
from annotations.common.spreadsheet import csv_blocks
from annotations.gallery.views.filters import chips
from annotations.metadata.columns import columns_of
from annotations.metadata.correcting import correct_cell, plan_from_table, plan_many
from annotations.metadata.forms import CellForm, CorrectableTableForm, ManyForm, TableFileForm
from annotations.metadata.levels import Level, level_at
from annotations.metadata.matching import OBJECT, plan_matching
from annotations.metadata.models import Correction
from annotations.metadata.options import all_key, free_key
from annotations.metadata.queries import values_of
from annotations.metadata.rows import RowQuery
from annotations.metadata.tables import table_of
from annotations.metadata.wording import headings, value_lines
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.projects.optionfields import LongList, OptionBoxes
from annotations.projects.optionlists import Chooser
from annotations.search.filter import Filter
from annotations.search.order import ORDERS


@login_required
@require_GET
def rows(request: SignedInRequest, project_id: int, level: str) -> HttpResponse:
    """A page of a table."""
    project, table = open_project(request.user, project_id), level_at(level)
    form = CorrectableTableForm(request.GET, level=table, columns=columns_of(project, table.key))
    cleaned(form)
    query = _query(request, form, table)
    page, following = table_of(project, table).page(query, form.listed)
    chooser = Chooser(request.user, project)
    boxes = OptionBoxes(LongList(free_key(table), chooser), "Columns")
    context = {
        "project": project,
        "level": table,
        "rows": page,
        "headings": headings(form, table),
        "next": form.address(cursor=following) if following else "",
        "address": form.address(),
        "table_form": form,
        "column_boxes": boxes.render("column", form.free_keys) if form.free else "",
        "is_manager": project.role == Role.MANAGER,
        "many_form": ManyForm(columns=form.columns, offered=LongList(all_key(table), chooser)),
        "file_form": TableFileForm(),
        **(_filtered(request, project, query.criteria) if table.key == OBJECT else {}),
    }
    return render(request, "metadata/table.html", context)


def _query(request: SignedInRequest, form: CorrectableTableForm, level: Level) -> RowQuery:
    data = cleaned(form)
    criteria = Filter.parse(request.GET, request.user) if level.key == OBJECT else Filter()
    return RowQuery(criteria, data["q"].strip(), data["order"], data["cursor"])


def _filtered(request: SignedInRequest, project: Project, criteria: Filter) -> dict:
    """What the page says of the filter of objects, and by what they are sorted."""
    pairs = QueryDict(criteria.as_query()).lists()
    return {
        "orders": [option for kind in ORDERS.values() for option in kind.options],
        "filter_pairs": [(name, text) for name, texts in pairs for text in texts],
        "filter_query": criteria.as_query(),
        "filter_words": [state.word for state in criteria.state]
        + [chip["text"] for chip in chips(request, project, criteria)],
    }


@login_required
@require_POST
@back_to("metadata:rows", "project_id", "level")
def cell(request: SignedInRequest, project_id: int, level: str, row_id: int) -> HttpResponse:
    """Corrects a cell; answers with the row as it is then, or with what is wrong beside the cell."""
    project, table = open_project(request.user, project_id, Role.MANAGER), level_at(level)
    form = CellForm(request.POST, columns=columns_of(project, table.key))
    if form.is_valid():
        with RefusedIn(form):
            correction = correct_cell(
                project=project, user=request.user, row_id=row_id, level=table, **form.cleaned_data
            )
            return _corrected(request, project, table, correction, row_id)
    return render(request, "metadata/table.html#cell_error", {"form": form}, status=400)


def _corrected(
    request: SignedInRequest, project: Project, level: Level, correction: Correction, row_id: int
) -> HttpResponse:
    address = QueryDict((request.htmx.current_url or "").partition("?")[2])
    form = CorrectableTableForm(address, level=level, columns=columns_of(project, level.key))
    cleaned(form)
    context = {
        "project": project,
        "level": level,
        "row": table_of(project, level).row(row_id, form.listed),
        "is_manager": True,
        "correction": correction,
        "changes": value_lines(level.key, values_of(correction)),
        "query": address.urlencode(),
    }
    return render(request, "metadata/table.html#corrected", context)


@login_required
@require_POST
@back_to("metadata:rows", "project_id", "level")
def plan(request: SignedInRequest, project_id: int, level: str) -> HttpResponse:
    """The preview of one value for many rows: those that are ticked, or all that match."""
    project, table = open_project(request.user, project_id, Role.MANAGER), level_at(level)
    data = cleaned(ManyForm(request.POST, columns=columns_of(project, table.key)))
    change = {"project": project, "user": request.user, "column": data["column"], "value": data["value"]}
    if data["all"] and table.key == OBJECT:
        criteria = Filter.parse(QueryDict(data["filter"]), request.user)
        correction = plan_matching(criteria=criteria, **change)
    else:
        ids = table_of(project, table).matching(data["q"].strip()) if data["all"] else data["sample"]
        correction = plan_many(row_ids=ids, level=table, **change)
    return redirect("metadata:correction", project.pk, correction.pk)


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int, level: str) -> StreamingHttpResponse:
    """The rows as CSV, as *take_file* takes them back."""
    project, table = open_project(request.user, project_id), level_at(level)
    columns = columns_of(project, table.key)
    query = _query(request, CorrectableTableForm(request.GET, level=table, columns=columns), table)
    blocks = csv_blocks(table_of(project, table).lines(query, list(columns.values())))
    answer = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table.path}_{project.pk}.csv"'
    return answer


@login_required
@require_POST
def take_file(request: SignedInRequest, project_id: int, level: str) -> HttpResponse:
    """Takes a table, and shows what it would change."""
    project, table = open_project(request.user, project_id, Role.MANAGER), level_at(level)
    form = TableFileForm(request.POST, request.FILES)
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
