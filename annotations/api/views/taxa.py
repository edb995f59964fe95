"""The tree of taxa, and the names of packages that are to be settled."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api import serializers as shapes
from annotations.api.asking import checked, the_taxon
from annotations.api.views.jobs import started
from annotations.nomenclature.actions import create_name, map_name, refuse_name
from annotations.nomenclature.queries import names_of_project, open_name
from annotations.projects.access import open_project
from annotations.projects.models import Role


@extend_schema(responses=shapes.UnknownNameOut(many=True))
@api_view(["GET"])
def unknown_names(request: Request, project_id: int) -> Response:
    """Names that packages of the project brought and the site did not know; those that wait come first."""
    found = open_project(request.user, project_id, Role.MANAGER)
    return Response(shapes.UnknownNameOut(names_of_project(found), many=True).data)


@extend_schema(request=shapes.SettleIn, responses={202: shapes.JobOut, 204: None})
@api_view(["POST"])
def unknown_name(request: Request, project_id: int, name_id: int) -> Response:
    """Maps the name to `taxon`, creates it (below `taxon`), or refuses it. The job labels the objects that wait."""
    found = open_project(request.user, project_id, Role.MANAGER)
    unknown = open_name(found, name_id)
    given = checked(shapes.SettleIn, request)
    taxon = the_taxon(given.get("taxon"))
    if given["act"] == "refuse":
        refuse_name(unknown=unknown, user=request.user)
        return Response(status=204)
    if given["act"] == "create":
        return started(create_name(unknown=unknown, parent=taxon, user=request.user))
    if taxon is None:
        raise ValidationError("Say which `taxon` the name means.")
    return started(map_name(unknown=unknown, taxon=taxon, user=request.user))
