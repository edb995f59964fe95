"""Blind second readings."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxon, the_trait
from annotations.api.serializers.labels import OutcomeOut
from annotations.api.serializers.readings import (
    ChangedOut,
    ChoiceIn,
    ChosenOut,
    DecisionIn,
    DisputedOut,
    ReadingIn,
    ReadingOut,
    ToReadOut,
)
from annotations.labels.targets import Target
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.readings.actions import (
    choose,
    close_reading,
    settle,
    start_reading,
    submit,
    validate_agreed,
)
from annotations.readings.models import Reading, Sampling
from annotations.readings.queries import (
    answers_of_readers,
    closed,
    disputed,
    open_reading,
    reader_of,
    readings_seen_by,
    to_read,
)
from annotations.readings.queries import figures as agreement_figures
from annotations.readings.queries import progress as reading_progress
from annotations.readings.subjects import DecisionOutcome, subject_of
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.search.rows import rows


@extend_schema(methods=["GET"], responses=ReadingOut(many=True))
@extend_schema(methods=["POST"], request=ReadingIn, responses={201: ReadingOut})
@api_view(["GET", "POST"])
def readings(request: Request, project_id: int) -> Response:
    """The blind second readings that you may know of; a manager's POST starts one."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "POST":
        body = checked(ReadingIn, request)
        people = {user.username: user for user in User.objects.filter(username__in=body["readers"])}
        if unknown := set(body["readers"]) - set(people):
            raise ValidationError(f"Nobody here is called {unknown.pop()!r}.")
        body |= {"readers": list(people.values()), "sampling": Sampling(body["sampling"])}
        body["criteria"] = Filter.parse(body.pop("filter"), request.user)
        body["trait"] = the_trait(project_id, body["trait"]) if body["trait"] else None
        created = start_reading(project=project, user=request.user, **body)
        return Response(serialize_readings([created])[0], status=201)
    return Response(serialize_readings(list(readings_seen_by(project, request.user))))


def serialize_readings(readings: list[Reading]) -> list[dict]:
    readers = reading_progress(readings)
    return [
        {
            "id": r.pk,
            "name": r.name,
            "trait": r.trait.key if r.trait else None,
            "sampling": r.sampling,
            "seed": r.seed,
            "closed": r.closed,
            "readers": readers[r.pk],
        }
        for r in readings
    ]


def _reading(request: Request, reading_id: int, least: Role = Role.ANNOTATOR) -> Reading:
    """Whoever may not know of it is told that it does not exist, even by its project's members."""
    project_id = Reading.objects.filter(pk=reading_id).values_list("project_id", flat=True).first()
    try:
        reading = open_reading(open_project(request.user, project_id or 0), request.user, reading_id)
    except Http404:
        raise Http404("There is no such reading, or it is not for you to see.") from None
    open_project(request.user, reading.project_id, least)
    return reading


@extend_schema(responses=ToReadOut(many=True))
@api_view(["GET"])
def reading_objects(request: Request, reading_id: int) -> Response:
    """As a reader: what there is to name, in your own order, with what you have called it and nothing else."""
    reading = _reading(request, reading_id)
    reader_of(reading, request.user)
    return Response(to_read(reading, request.user))


@extend_schema(parameters=IDEMPOTENCY, request=ChoiceIn, responses=ChosenOut)
@api_view(["POST"])
@answered_once
def choices(request: Request, reading_id: int) -> Response:
    """As a reader, says of objects a taxon, null for “can't tell”, or the `value` of the trait; or takes it back."""
    reading = _reading(request, reading_id)
    body = checked(ChoiceIn, request)
    chosen = choose(
        reading=reading,
        user=request.user,
        objects=body["objects"],
        taxon=the_taxon(body.get("taxon")),
        value=body.get("value"),
        is_cleared=body["is_cleared"],
    )
    return Response({"chosen": chosen})


@extend_schema(request=None, responses=ReadingOut)
@api_view(["POST"])
def submit_choices(request: Request, reading_id: int) -> Response:
    """As a reader, submits what you chose. The last one closes the reading."""
    reading = _reading(request, reading_id)
    submit(reading=reading, user=request.user)
    return _as_it_is(reading)


@extend_schema(request=None, responses=ReadingOut)
@api_view(["POST"])
def close(request: Request, reading_id: int) -> Response:
    """As a manager, ends the reading, finished or not."""
    reading = _reading(request, reading_id, Role.MANAGER)
    close_reading(reading=reading)
    return _as_it_is(reading)


def _as_it_is(reading: Reading) -> Response:
    reading.refresh_from_db()
    return Response(serialize_readings([reading])[0])


@extend_schema(responses={200: {"type": "object"}})
@api_view(["GET"])
def agreement(request: Request, reading_id: int) -> Response:
    """How far the readers agree: percentage, kappas and alpha with intervals, per taxon, and confusion matrices."""
    return Response(agreement_figures(closed(_reading(request, reading_id))))


@extend_schema(request=None, responses=ChangedOut)
@api_view(["POST"])
def agreed(request: Request, reading_id: int) -> Response:
    """As an expert, makes what all readers said the label, or the value, of those objects."""
    reading = closed(_reading(request, reading_id, Role.EXPERT))
    return Response({"changed": validate_agreed(reading=reading, user=request.user)})


@extend_schema(methods=["GET"], responses=DisputedOut(many=True))
@extend_schema(methods=["POST"], request=DecisionIn, responses=OutcomeOut)
@api_view(["GET", "POST"])
def settling(request: Request, reading_id: int) -> Response:
    """As an expert: the objects that wait with different names or values. POST decides about one, as you saw it.

    Of a trait, `version`, `state` and `annotator` are those of its value.
    """
    reading = closed(_reading(request, reading_id, Role.EXPERT))
    if request.method == "POST":
        return Response(_decide(request, reading).as_dict())
    waiting = disputed(reading)
    answers = answers_of_readers(reading, waiting)
    objects = rows(reading.project_id, waiting, columns=[])
    labelled = subject_of(reading).as_now(objects)
    return Response(DisputedOut([{**row, "answers": answers[row["id"]]} for row in labelled], many=True).data)


def _decide(request: Request, reading: Reading) -> DecisionOutcome:
    body = checked(DecisionIn, request)
    return settle(
        reading=reading,
        user=request.user,
        target=Target(body["id"], body["version"]),
        taxon=the_taxon(body.get("taxon")),
        value=body.get("value"),
        state=State.from_word(body["state"]) if "state" in body else None,
        is_kept=body["is_kept"],
    )
