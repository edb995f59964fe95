import json
from urllib.parse import quote_plus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, status_of
from annotations.common.plots.matrix import Cell, Matrix, MatrixRow
from annotations.common.refusals import back_to
from annotations.gallery.vignette_labels import trait_for_scripts
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.readings import queries
from annotations.readings.actions import close_reading, start_reading, submit, validate_agreed
from annotations.readings.forms import ReadingForm, SortedForm
from annotations.readings.models import Reading
from annotations.readings.spelling import spell_answer
from annotations.readings.subjects import Subject, subject_of
from annotations.search.filter import Filter
from annotations.taxonomy.queries import names_of


@login_required
@require_GET
def listing(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The readings that the person may know of, and how far their readers are."""
    project = open_project(request.user, project_id)
    readings = list(queries.readings_seen_by(project, request.user))
    readers = queries.progress(readings)
    entries = [
        {
            "reading": reading,
            "readers": readers[reading.pk],
            "mine": next(
                (reader for reader in readers[reading.pk] if reader["user"] == request.user.pk), None
            ),
        }
        for reading in readings
    ]
    return render(request, "readings/list.html", {"project": project, "tab": "readings", "entries": entries})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Starts a reading of objects from the whole project, or from what the filter in the address lets through."""
    project = open_project(request.user, project_id, Role.MANAGER)
    objects = Filter.parse(request.GET, request.user)
    sorted_by = cleaned(SortedForm(request.GET))["trait_values"]
    form = ReadingForm(request.POST or None, project=project, user=request.user, initial={"trait": sorted_by})
    if form.is_valid():
        with RefusedIn(form):
            start_reading(project=project, user=request.user, criteria=objects, **form.cleaned_data)
            return redirect("readings:list", project_id)
    chips = [str(condition) for condition in objects.conditions]
    chips += [state.word for state in objects.state] + list(names_of(set(objects.taxon)).values())
    context = {"project": project, "tab": "readings", "form": form, "chips": chips}
    return render(request, "readings/new.html", context, status=status_of(form))


@login_required
@require_GET
def read(request: SignedInRequest, project_id: int, reading_id: int) -> HttpResponse:
    """The blind gallery: pictures, and what the reader has said of them."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    reading = queries.open_reading(project, request.user, reading_id)
    reader = queries.reader_of(reading, request.user)
    vignettes = queries.to_read(reading, request.user)
    subject = subject_of(reading)
    for vignette in vignettes:
        vignette |= _as_answered(subject, vignette)
    context = {
        "project": project,
        "tab": "readings",
        "reading": reading,
        "reader": reader,
        "is_over": bool(reading.closed or reader.submitted),
        "vignettes": vignettes,
        "done": sum(vignette["is_named"] for vignette in vignettes),
        "trait": reading.trait and trait_for_scripts(reading.trait),
    }
    return render(request, "readings/read.html", context)


def _as_answered(subject: Subject, vignette: dict) -> dict:
    """What the reader said of it: in words, and as the page says it to the API again."""
    answer = vignette[subject.field_name] or {"name": subject.cant_tell_label}
    body = {subject.field_name: answer.get("value", answer.get("id"))}
    return {"name": answer["name"], "answer_json": json.dumps(body) if vignette["is_named"] else ""}


@login_required
@require_POST
@back_to("readings:read", "project_id", "reading_id")
def submit_choices(request: SignedInRequest, project_id: int, reading_id: int) -> HttpResponse:
    """A reader has finished."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    reading = queries.open_reading(project, request.user, reading_id)
    submit(reading=reading, user=request.user)
    return redirect("readings:list", project_id)


@login_required
@require_POST
def close(request: SignedInRequest, project_id: int, reading_id: int) -> HttpResponse:
    """A manager ends the reading, finished or not."""
    project = open_project(request.user, project_id, Role.MANAGER)
    close_reading(reading=queries.open_reading(project, request.user, reading_id))
    return redirect("readings:figures", project_id, reading_id)


@login_required
@require_GET
def figures(request: SignedInRequest, project_id: int, reading_id: int) -> HttpResponse:
    """How far the readers agree. Closed to everybody until the reading is."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    reading = queries.closed(queries.open_reading(project, request.user, reading_id))
    subject = subject_of(reading)
    agreement = _for_page(project_id, reading, subject)
    context = {
        "project": project,
        "tab": "readings",
        "reading": reading,
        "subject": subject,
        "figures": agreement,
        "disputed": len(queries.disputed(reading)),
        "may_settle": project.role.rank >= Role.EXPERT.rank,
    }
    return render(request, "readings/figures.html", context)


@login_required
@require_POST
@back_to("readings:figures", "project_id", "reading_id")
def accept_agreed(request: SignedInRequest, project_id: int, reading_id: int) -> HttpResponse:
    """What all readers said becomes the label."""
    project = open_project(request.user, project_id, Role.EXPERT)
    reading = queries.closed(queries.open_reading(project, request.user, reading_id))
    changed = validate_agreed(reading=reading, user=request.user)
    what = "values" if reading.trait else "labels"
    messages.success(request, f"{changed:,} {what} follow what all readers said.")
    return redirect("readings:figures", project_id, reading_id)


def _for_page(project_id: int, reading: Reading, subject: Subject) -> dict:
    """The figures, where each name is found in the same place whatever was read, and numbers lead to their objects."""
    figures = queries.figures(reading)
    figures["answers"] = figures[subject.field_name_plural]
    for pair in figures["pairs"]:
        pair["answers"] = pair.get(subject.field_name_plural, [])
        pair["matrix"] = _matrix(project_id, reading, pair) if pair["answers"] else None
        for line in pair.get("furthest", []):
            line["url"] = _opened(project_id, reading, pair, *line["values"])
    for entry in figures["answers"]:
        entry["name"] = entry[subject.field_name]["name"]
        entry["percent"] = None if entry["agreement"] is None else round(100 * entry["agreement"])
    return figures


def _matrix(project_id: int, reading: Reading, pair: dict) -> Matrix:
    """What the one reader said against what the other did; each cell leads to its objects."""
    rows = []
    for this, counts in zip(pair["answers"], pair["matrix"], strict=True):
        total = max(sum(counts), 1)
        cells = tuple(
            Cell(
                str(count or ""),
                round(count / total, 3),
                _cell_of(reading, pair, this, that),
                f"{count} objects: {this['name']} and {that['name']}",
                is_diagonal=this is that,
            )
            for that, count in zip(pair["answers"], counts, strict=True)
        )
        rows.append(MatrixRow(this["name"], cells))
    first, second = (reader["name"] for reader in pair["readers"])
    return Matrix(
        tuple(answer["name"] for answer in pair["answers"]),
        tuple(rows),
        name=f"{first} and {second}",
        address=f"{reverse('gallery:bench', args=[project_id])}?reading=",
    )


def _opened(project_id: int, reading: Reading, pair: dict, this: dict, that: dict) -> str:
    """The address of the objects of which the one said this and the other that."""
    return f"{reverse('gallery:bench', args=[project_id])}?reading={_cell_of(reading, pair, this, that)}"


def _cell_of(reading: Reading, pair: dict, this: dict, that: dict) -> str:
    """The same as a value of the filter."""
    first, second = (reader["id"] for reader in pair["readers"])
    return quote_plus(f"{reading.pk}:{first}:{spell_answer(this)}:{second}:{spell_answer(that)}", safe=":")
