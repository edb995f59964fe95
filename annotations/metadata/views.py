from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.common.spreadsheet import csv_lines
from annotations.jobs.models import UNFINISHED
from annotations.metadata.columns import OWN, columns_of
from annotations.metadata.correcting import correct_cell, plan_from_table, plan_many
from annotations.metadata.forms import (
    CellForm,
    ManyForm,
    SampleBackForm,
    SamplePageForm,
    SampleTableFileForm,
    SampleTableForm,
)
from annotations.metadata.levels import level_of
from annotations.metadata.matching import previewed
from annotations.metadata.models import Correction
from annotations.metadata.queries import (
    A_PAGE,
    all_rows,
    corrections_of,
    matching_ids,
    sample_page,
    sample_row,
    values_of,
)
from annotations.metadata.running import carry_out, job_of, take_back
from annotations.metadata.wording import headings, sentence_of, table_lines, value_lines, with_cells
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@login_required
@require_GET
def samples(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The samples of a project as a table, which managers correct in place."""
    project = open_project(request.user, project_id)
    form = SampleTableForm(request.GET, columns=columns_of(project))
    return render(request, "metadata/samples.html", _table(request.user, project, form))


def _table(user: User, project: Project, form: SampleTableForm, **more: object) -> dict:
    chosen = cleaned(form)
    rows, following = sample_page(project, form.query())
    columns = [*OWN.values(), *chosen["column"]]
    return {
        "project": project,
        "rows": [with_cells(row, columns) for row in rows],
        "next": form.address(cursor=following) if following else "",
        "address": form.address(),
        "headings": headings(form),
        "table_form": form,
        "is_manager": project.role == Role.MANAGER,
        "many_form": ManyForm(columns=form.columns),
        "file_form": SampleTableFileForm(),
        **more,
    }


@login_required
@require_POST
@back_to("metadata:samples", "project_id")
def cell(request: SignedInRequest, project_id: int, sample_id: int) -> HttpResponse:
    """Corrects a cell; answers with the row as it is then, or with what is wrong beside the cell."""
    project = open_project(request.user, project_id, Role.MANAGER)
    columns = columns_of(project)
    form = CellForm(request.POST, columns=columns)
    if form.is_valid():
        with RefusedIn(form):
            data = form.cleaned_data
            correction = correct_cell(project=project, user=request.user, row_id=sample_id, **data)
            return _corrected(request, project, correction, sample_id)
    return render(request, "metadata/samples.html#cell_error", {"form": form}, status=400)


def _corrected(
    request: SignedInRequest, project: Project, correction: Correction, sample_id: int
) -> HttpResponse:
    address = QueryDict((request.htmx.current_url or "").partition("?")[2])
    form = SampleTableForm(address, columns=columns_of(project))
    context = {
        "project": project,
        "row": with_cells(sample_row(project, sample_id), [*OWN.values(), *cleaned(form)["column"]]),
        "is_manager": True,
        "correction": correction,
        "changes": value_lines(correction.level, values_of(correction)),
        "query": address.urlencode(),
    }
    return render(request, "metadata/samples.html#corrected", context)


@login_required
@require_POST
@back_to("metadata:samples", "project_id")
def plan(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The preview of one value for many samples."""
    project = open_project(request.user, project_id, Role.MANAGER)
    data = cleaned(ManyForm(request.POST, columns=columns_of(project)))
    ids = matching_ids(project, data["q"].strip()) if data["all"] else data["sample"]
    correction = plan_many(
        project=project, user=request.user, row_ids=ids, column=data["column"], value=data["value"]
    )
    return redirect("metadata:correction", project.pk, correction.pk)


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> StreamingHttpResponse:
    """The samples as CSV, as *table* takes it back."""
    project = open_project(request.user, project_id)
    columns = columns_of(project)
    form = SampleTableForm(request.GET, columns=columns)
    cleaned(form)
    lines = csv_lines(table_lines(all_rows(project, form.query()), columns.values()))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="samples_{project.pk}.csv"'
    return answer


@login_required
@require_POST
def table(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Takes a table of samples, and shows what it would change."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = SampleTableFileForm(request.POST, request.FILES)
    faults: list[dict] = []
    if form.is_valid():
        with RefusedIn(form) as refused:
            file, empties = form.cleaned_data["table"], form.cleaned_data["empties"]
            correction = plan_from_table(
                project=project, user=request.user, content=file.read(), name=file.name, empties=empties
            )
            return redirect("metadata:correction", project.pk, correction.pk)
        problems = getattr(refused.refusal, "problems", None)
        faults = sorted(problems.listed, key=lambda fault: fault["line"] or 0) if problems else []
    context = {"project": project, "form": form, "faults": faults, "level": level_of("sample")}
    return render(request, "metadata/refused.html", context, status=400)


@login_required
@require_GET
def corrections(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The last changes, each of which can be undone as one."""
    project = open_project(request.user, project_id, Role.MANAGER)
    cursor = cleaned(SamplePageForm(request.GET))["cursor"]
    page, following = page_back(corrections_of(project), "latest", cursor, A_PAGE)
    lines = [{"correction": one, "what": sentence_of(one)} for one in page]
    context = {"project": project, "lines": lines, "next": following, "unfinished": UNFINISHED}
    return render(request, "metadata/corrections.html", context)


@login_required
@require_GET
def correction(request: SignedInRequest, project_id: int, correction_id: int) -> HttpResponse:
    """What a correction changes, before it is applied, or has changed."""
    project = open_project(request.user, project_id, Role.MANAGER)
    one = _open(project, request.user, correction_id)
    is_previewed = one.filter is not None and not one.applied
    changes = previewed(one) if is_previewed else values_of(one)
    context = {
        "project": project,
        "correction": one,
        "level": level_of(one.level),
        "job": job_of(one),
        "what": sentence_of(one),
        "lines": value_lines(one.level, changes),
    }
    return render(request, "metadata/correction.html", context)


@login_required
@require_POST
@back_to("metadata:correction", "project_id", "correction_id")
def apply(request: SignedInRequest, project_id: int, correction_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    one = carry_out(correction=_open(project, request.user, correction_id), user=request.user)
    if one.job:
        return redirect("jobs:detail", one.job.pk)
    messages.success(request, f"Done: {sentence_of(one)}.")
    return redirect("metadata:correction", project.pk, one.pk)


@login_required
@require_POST
@back_to("metadata:corrections", "project_id")
def undo(request: SignedInRequest, project_id: int, correction_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    back, stay = take_back(correction=_open(project, request.user, correction_id), user=request.user)
    if back.job:
        return redirect("jobs:detail", back.job.pk)
    stays = f" {stay:,} stay: they were changed since." if stay else ""
    messages.success(request, f"Undone: {sentence_of(back)}.{stays}")
    query = cleaned(SampleBackForm(request.POST))["query"]
    level = level_of(back.level)
    is_sample = level.key == "sample"
    target = (
        redirect("metadata:samples", project.pk)
        if is_sample
        else redirect("metadata:rows", project.pk, level.path)
    )
    target["Location"] += f"?{query}" if query else ""
    return target


def _open(project: Project, user: User, correction_id: int) -> Correction:
    """Raises Http404 for one that is not there, or somebody else's preview."""
    one = (
        Correction.objects.select_related("user", "undone_by", "undoes", "job", "project")
        .filter(project=project, pk=correction_id)
        .first()
    )
    if one is None or (one.applied is None and one.user != user):
        raise Http404("There is no such correction in this project, or its preview is somebody else's.")
    return one
