"""The page on which an expert decides what readers called differently."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.gallery.queries import object_detail
from annotations.gallery.vignette_labels import trait_for_scripts
from annotations.labels.targets import Target
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.readings import queries
from annotations.readings.actions import settle
from annotations.readings.forms import DecisionForm, NextObjectForm
from annotations.readings.models import Reading
from annotations.readings.spelling import answer_value, spell_answer
from annotations.readings.subjects import Subject, subject_of
from annotations.samples.models import State


@login_required
@require_http_methods(["GET", "POST"])
def settling(request: SignedInRequest, project_id: int, reading_id: int) -> HttpResponse:
    """The objects with different names, one after the other; an expert decides."""
    project = open_project(request.user, project_id, Role.EXPERT)
    reading = queries.closed(queries.open_reading(project, request.user, reading_id))
    behind = cleaned(NextObjectForm(request.GET))["after"]
    form = DecisionForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            _decide(request.user, reading, form)
    is_refused = bool(form.errors)
    waiting = queries.disputed(reading)
    following = [pk for pk in waiting if pk > behind or (is_refused and pk == behind)]
    current = next(iter(following or waiting), None)
    subject = subject_of(reading)
    vignette = subject.as_now([object_detail(project_id, current)])[0] if current else None
    context = {
        "project": project,
        "tab": "readings",
        "reading": reading,
        "waiting": len(waiting),
        "subject": subject,
        "object": vignette,
        "now": subject.say_now(vignette) if vignette else "",
        "answers": _answers_of(reading, subject, current) if current else [],
        "trait": reading.trait and trait_for_scripts(reading.trait),
        "form": form,
    }
    return render(request, "readings/settle.html", context, status=status_of(form))


def _answers_of(reading: Reading, subject: Subject, object_id: int) -> list[dict]:
    """What the readers said of the object, as the page's buttons say and send it."""
    answers = queries.answers_of_readers(reading, [object_id])[object_id]
    return [
        {
            **entry,
            "name": entry[subject.field_name]["name"],
            "answer": spell_answer(entry[subject.field_name]),
        }
        for entry in answers
    ]


def _decide(user: User, reading: Reading, form: DecisionForm) -> None:
    """Settles the object. Raises ValidationError where that can't be, or somebody was faster."""
    decision = form.cleaned_data
    outcome = settle(
        reading=reading,
        user=user,
        target=Target(decision["object"], decision["version"]),
        taxon=decision["taxon"],
        value=answer_value(reading, decision["value"]),
        state=State.DUBIOUS if decision["dubious"] else None,
        is_kept=decision["keep"],
    )
    if outcome.conflicts:
        raise ValidationError([_overtaken(reading, conflict) for conflict in outcome.conflicts])


def _overtaken(reading: Reading, conflict: dict) -> str:
    now = subject_of(reading).say_now(conflict)
    who = conflict["annotator"] or "A model"
    return f"{who} was faster: it is {now}, {conflict['state']}. Look again."
