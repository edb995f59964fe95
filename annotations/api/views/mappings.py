"""Saved mappings of names and columns, by which imports read packages."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.mappings import MappingIn, MappingOut, MappingRowOut
from annotations.imports.mappings.actions import delete_mapping, save_mapping
from annotations.imports.mappings.files import FiledEntry, mapping_json, resolved
from annotations.imports.mappings.queries import mappings_of, open_mapping
from annotations.imports.models import ImportMapping
from annotations.projects.access import open_project
from annotations.projects.models import Role


def serialize_mapping(mapping: ImportMapping) -> dict:
    return {"id": mapping.pk, "changed": mapping.changed, **mapping_json(mapping)}


@extend_schema(methods=["GET"], responses=MappingRowOut(many=True))
@extend_schema(methods=["POST"], request=MappingIn, responses={201: MappingOut})
@api_view(["GET", "POST"])
def mappings(request: Request, project_id: int) -> Response:
    """The project's mappings. POST saves one, in the place of that of the same name if there is one."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "GET":
        return Response(MappingRowOut(mappings_of(project), many=True).data)
    body = checked(MappingIn, request)
    entries = resolved(project, [FiledEntry(**entry) for entry in body["entries"]])
    mapping = save_mapping(project=project, user=request.user, name=body["name"], entries=entries)
    return Response(serialize_mapping(mapping), status=201)


@extend_schema(methods=["GET"], responses=MappingOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "DELETE"])
def mapping(request: Request, project_id: int, mapping_id: int) -> Response:
    """All of a mapping, as another project or site takes it."""
    project = open_project(request.user, project_id, Role.MANAGER)
    opened = open_mapping(project, mapping_id)
    if request.method == "DELETE":
        delete_mapping(mapping=opened)
        return Response(status=204)
    return Response(serialize_mapping(opened))
