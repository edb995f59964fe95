"""Blind second readings."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api import serializers as shapes
from annotations.api.asking import checked, the_taxon
from annotations.gallery.filter import Filter
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.readings.actions import choose, draw_reading
from annotations.readings.models import Draw, Reading
from annotations.readings.queries import figures as agreement_figures
from annotations.readings.queries import open_reading, readings_seen_by
from annotations.readings.queries import progress as reading_progress


@extend_schema(methods=["GET"], responses=shapes.ReadingOut(many=True))
@extend_schema(methods=["POST"], request=shapes.ReadingIn, responses={201: shapes.ReadingOut})
@api_view(["GET", "POST"])
def readings(request: Request, project_id: int) -> Response:
    """The blind second readings that you may know of; a manager's POST draws one."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    found = open_project(request.user, project_id, least)
    if request.method == "POST":
        given = checked(shapes.ReadingIn, request)
        people = {user.username: user for user in User.objects.filter(username__in=given["readers"])}
        if unknown := set(given["readers"]) - set(people):
            raise ValidationError(f"Nobody here is called {unknown.pop()!r}.")
        given |= {"readers": list(people.values()), "draw": Draw(given["draw"])}
        given["wanted"] = Filter.parse(given.pop("filter"), request.user)
        made = draw_reading(project=found, user=request.user, **given)
        return Response(reading_shapes([made])[0], status=201)
    return Response(reading_shapes(list(readings_seen_by(found, request.user))))


def reading_shapes(found: list[Reading]) -> list[dict]:
    seats = reading_progress(found)
    return [
        {
            "id": r.pk,
            "name": r.name,
            "draw": r.draw,
            "seed": r.seed,
            "closed": r.closed,
            "readers": seats[r.pk],
        }
        for r in found
    ]


def _reading(request: Request, reading_id: int) -> Reading:
    project_id = Reading.objects.filter(pk=reading_id).values_list("project_id", flat=True).first()
    if project_id is None:
        raise Http404("There is no such reading, or it belongs to a project that you are not a member of.")
    return open_reading(open_project(request.user, project_id), request.user, reading_id)


@extend_schema(request=shapes.ChoiceIn, responses=shapes.ChosenOut)
@api_view(["POST"])
def choices(request: Request, reading_id: int) -> Response:
    """As a reader, names objects of the reading: a taxon, or null for “can't tell”."""
    reading = _reading(request, reading_id)
    given = checked(shapes.ChoiceIn, request)
    chosen = choose(
        reading=reading,
        user=request.user,
        objects=given["objects"],
        taxon=the_taxon(given.get("taxon")),
        is_cleared=given["is_cleared"],
    )
    return Response({"chosen": chosen})


@extend_schema(responses={200: {"type": "object"}})
@api_view(["GET"])
def agreement(request: Request, reading_id: int) -> Response:
    """How far the readers agree: percentage, kappas and alpha with intervals, per taxon, and confusion matrices."""
    reading = _reading(request, reading_id)
    if reading.closed is None:
        raise PermissionDenied("The readers are not done: until then nobody sees what they chose.")
    return Response(agreement_figures(reading))
