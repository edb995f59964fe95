"""The vocabulary of traits, and what is said of objects with it."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import FILTERS, checked, the_taxon, the_trait
from annotations.api.serializers.traits import (
    ObjectTraitValues,
    TraitIn,
    TraitOut,
    TraitOutcomeOut,
    TraitSetIn,
    TraitValueCount,
    TraitValueIn,
    TraitValueOut,
    VocabularyOut,
)
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import State
from annotations.samples.queries import of_project, project_of_object
from annotations.search.filter import Filter
from annotations.search.queries import MOST_A_PAGE
from annotations.search.values import whole
from annotations.traits import queries
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait, VocabularyVersion
from annotations.traits.vocabulary import adopt_set, change_trait, define_trait

TRAIT = OpenApiParameter("trait", str, required=True, description="key of a trait of the project")
TAXON = OpenApiParameter("taxon", int, description="those that apply to objects of this taxon")
IDS = OpenApiParameter("ids", str, description="up to 1,000 objects: 1,2,3")


@extend_schema(methods=["GET"], parameters=[IDS, TAXON], responses=TraitOut(many=True))
@extend_schema(methods=["POST"], request=TraitIn, responses=TraitOut)
@api_view(["GET", "POST"])
def traits(request: Request, project_id: int) -> Response:
    """The project's vocabulary; with `ids` the traits that apply to one of these objects at least, with `taxon` those
    that apply to that. Managers add."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.MANAGER)
        created = define_trait(project=project, user=request.user, **_definition(project, request))
        return Response(TraitOut(created).data, status=201)
    open_project(request.user, project_id)
    vocabulary = Trait.objects.filter(project=project_id).select_related("only_if")
    if "ids" in request.query_params:
        vocabulary = vocabulary.filter(pk__in=queries.applicable(project_id, _ids(request)))
    if "taxon" in request.query_params:
        taxon = the_taxon(whole(request.query_params["taxon"], "taxon"))
        assert taxon is not None
        vocabulary = vocabulary.filter(pk__in=queries.applicable_to(project_id, taxon))
    return Response(TraitOut(vocabulary, many=True).data)


@extend_schema(methods=["GET"], responses=TraitOut)
@extend_schema(methods=["PATCH"], request=TraitIn, responses=TraitOut)
@api_view(["GET", "PATCH"])
def trait(request: Request, trait_id: int) -> Response:
    """One trait. What values already use can't be changed under them; retire it with `is_active: false`."""
    trait = Trait.objects.filter(pk=trait_id).select_related("project", "only_if").first()
    if trait is None:
        raise Http404("There is no such trait, or it belongs to a project that you are not a member of.")
    least = Role.MANAGER if request.method == "PATCH" else Role.VIEWER
    project = open_project(request.user, trait.project_id, least)
    if request.method == "PATCH":
        change_trait(trait=trait, user=request.user, **_definition(project, request, partial=True))
    return Response(TraitOut(trait).data)


@extend_schema(request=TraitSetIn, responses=TraitOut(many=True))
@api_view(["POST"])
def trait_sets(request: Request, project_id: int) -> Response:
    """Adopts a ready-made set; gives the traits that are new to the project."""
    project = open_project(request.user, project_id, Role.MANAGER)
    added = adopt_set(project=project, user=request.user, name=checked(TraitSetIn, request)["name"])
    return Response(TraitOut(added, many=True).data, status=201)


@extend_schema(responses=VocabularyOut(many=True))
@api_view(["GET"])
def versions(request: Request, project_id: int) -> Response:
    """Every version of the vocabulary, newest first."""
    open_project(request.user, project_id)
    history = VocabularyVersion.objects.filter(project=project_id).select_related("user")
    return Response(VocabularyOut(history, many=True).data)


@extend_schema(methods=["GET"], parameters=[TRAIT, IDS], responses=TraitValueOut(many=True))
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=TraitValueIn, responses=TraitOutcomeOut)
@api_view(["GET", "POST"])
@answered_once
def trait_values(request: Request, project_id: int) -> Response:
    """The trait's value of some objects; posted, objects get one. What changed since you saw it is a conflict."""
    if request.method == "GET":
        open_project(request.user, project_id)
        ids = of_project(project_id, _ids(request))
        return Response(
            queries.values_now(the_trait(project_id, request.query_params.get("trait", "")).pk, ids)
        )
    open_project(request.user, project_id, Role.ANNOTATOR)
    body = checked(TraitValueIn, request)
    where = None
    if "filter" in body:
        where = Filter.parse(body["filter"], request.user).where(project_id)
    outcome = set_trait_values(
        trait=the_trait(project_id, body["trait"]),
        user=request.user,
        targets=body.get("objects"),
        where=where,
        expected=body.get("expected"),
        value=body.get("value"),
        state=State.from_word(body["state"]) if "state" in body else None,
    )
    return Response(outcome.as_dict())


@extend_schema(parameters=[TRAIT, *FILTERS], responses=TraitValueCount(many=True))
@api_view(["GET"])
def counts(request: Request, project_id: int) -> Response:
    """Of the objects that match and to which the trait applies: how many have each value, in each state."""
    open_project(request.user, project_id)
    trait = the_trait(project_id, request.query_params.get("trait", ""))
    query = request.query_params.copy()
    query.pop("trait", None)
    return Response(queries.counts_of(trait, Filter.parse(query, request.user)))


@extend_schema(responses=ObjectTraitValues)
@api_view(["GET"])
def trait_values_of_object(request: Request, object_id: int) -> Response:
    """All that is said of an object's traits, and every change of it: by whom or what, when, from what to what."""
    open_project(request.user, project_of_object(object_id))
    now = queries.traits_of([object_id]).get(object_id, {})
    return Response({"traits": now, "history": queries.trait_history(object_id)})


def _definition(project: Project, request: Request, partial: bool = False) -> dict:
    """The body as `define_trait` takes it: the condition, named by its key, becomes the trait."""
    body = checked(TraitIn, request, partial=partial)
    if "only_if" in body:
        body["only_if"] = the_trait(project.pk, body["only_if"]) if body["only_if"] else None
    return body


def _ids(request: Request) -> list[int]:
    ids = [text for text in request.query_params.get("ids", "").split(",") if text]
    if len(ids) > MOST_A_PAGE:
        raise ValidationError(f"`ids` names {len(ids):,} objects, but takes {MOST_A_PAGE:,} at most.")
    return [whole(text, "ids") for text in ids]
