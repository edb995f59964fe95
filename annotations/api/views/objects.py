"""Objects, their counts, details and taxa; saved views."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import FIELDS, FILTERS, PAGING, checked, chosen_columns, limit_in
from annotations.api.serializers.labels import LabelHistoryOut
from annotations.api.serializers.objects import (
    CountOut,
    ObjectOut,
    ObjectPage,
    ObjectPredictionOut,
    OrderOut,
    TotalOut,
)
from annotations.api.serializers.projects import SlotOut, SlotsIn, ViewIn, ViewOut
from annotations.gallery import queries as gallery
from annotations.gallery.actions import save_slots
from annotations.labels.queries import history
from annotations.learning.predictions import predictions_of
from annotations.projects.access import open_project
from annotations.samples.queries import project_of_object
from annotations.search import queries as search
from annotations.search.actions import remove_view, save_view
from annotations.search.choices import orders_of
from annotations.search.counting import count_within_bounds
from annotations.search.filter import Filter
from annotations.traits.queries import traits_of

A_PAGE = 200


@extend_schema(parameters=[*FILTERS, *PAGING, FIELDS], responses=ObjectPage)
@api_view(["GET"])
def objects(request: Request, project_id: int) -> Response:
    """A page of objects with their free columns: all, or those that `fields` names."""
    open_project(request.user, project_id)
    query = request.query_params
    criteria = Filter.parse(query, request.user)
    page = search.page(
        project_id,
        criteria,
        query.get("order"),
        limit_in(query) or A_PAGE,
        query.get("cursor"),
        chosen_columns(query),
        is_for_json=True,
    )
    traits = traits_of([row["id"] for row in page.objects])
    for row in page.objects:
        row["traits"] = traits.get(row["id"], {})
    return Response({"results": page.objects, "next": page.next})


@extend_schema(parameters=FILTERS, responses=CountOut(many=True))
@api_view(["GET"])
def counts(request: Request, project_id: int) -> Response:
    """How many objects match, per taxon and state."""
    open_project(request.user, project_id)
    return Response(search.counts(project_id, Filter.parse(request.query_params, request.user)))


@extend_schema(parameters=FILTERS, responses=TotalOut)
@api_view(["GET"])
def total(request: Request, project_id: int) -> Response:
    """How many objects match, within a few seconds: where an exact number takes longer, at least so many, or null."""
    open_project(request.user, project_id)
    count = count_within_bounds(project_id, Filter.parse(request.query_params, request.user))
    return Response(TotalOut(count).data)


@extend_schema(responses=ObjectOut)
@api_view(["GET"])
def object_detail(request: Request, object_id: int) -> Response:
    """One object with its images, label, free columns and measurements."""
    project_id = project_of_object(object_id)
    open_project(request.user, project_id)
    return Response(gallery.object_detail(project_id, object_id))


@extend_schema(responses=LabelHistoryOut(many=True))
@api_view(["GET"])
def object_history(request: Request, object_id: int) -> Response:
    """Every change of the label, newest first."""
    open_project(request.user, project_of_object(object_id))
    return Response(history(object_id))


@extend_schema(responses=ObjectPredictionOut(many=True))
@api_view(["GET"])
def object_predictions(request: Request, object_id: int) -> Response:
    """What each model said of the object, the current prediction first, then the latest."""
    open_project(request.user, project_of_object(object_id))
    return Response(ObjectPredictionOut(predictions_of(object_id), many=True).data)


@extend_schema(methods=["GET"], responses=ViewOut(many=True))
@extend_schema(methods=["POST"], request=ViewIn, responses={201: ViewOut})
@api_view(["GET", "POST"])
def views(request: Request, project_id: int) -> Response:
    """Saved views of the project: your own, and those that others share. POST saves one, or replaces your own."""
    project = open_project(request.user, project_id)
    if request.method == "POST":
        created = save_view(project=project, user=request.user, **checked(ViewIn, request))
        return Response(ViewOut(created).data, status=201)
    return Response(ViewOut(search.views_of(project_id, request.user), many=True).data)


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def view(request: Request, project_id: int, view_id: int) -> Response:
    """Deletes a saved view: your own, or as a manager anybody's that is shared."""
    project = open_project(request.user, project_id)
    leaving = search.views_of(project_id, request.user).filter(pk=view_id).first()
    if leaving is None:
        raise Http404("There is no such view in this project.")
    remove_view(view=leaving, user=request.user, role=project.role)
    return Response(status=204)


@extend_schema(responses=OrderOut(many=True))
@api_view(["GET"])
def orders(request: Request, project_id: int) -> Response:
    """What objects of the project can be sorted by, the free columns last."""
    open_project(request.user, project_id)
    return Response(orders_of(project_id))


@extend_schema(methods=["GET"], responses=SlotOut(many=True))
@extend_schema(methods=["PUT"], request=SlotsIn, responses=SlotOut(many=True))
@api_view(["GET", "PUT"])
def slots(request: Request, project_id: int) -> Response:
    """The taxa on your digits in this project, the one used last first; PUT replaces all of them."""
    project = open_project(request.user, project_id)
    if request.method == "PUT":
        save_slots(project=project, user=request.user, **checked(SlotsIn, request))
    return Response(gallery.slots_of(project_id, request.user))
