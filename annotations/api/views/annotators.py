"""The annotators whom imported labels name, and which members they are."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.params import checked
from annotations.api.serializers.annotators import ImportedAnnotatorOut, LinkIn
from annotations.projects.access import open_project
from annotations.projects.annotators import annotators_of, link_annotator
from annotations.projects.models import ImportedAnnotator, Project, Role


def serialize_annotator(annotator: ImportedAnnotator, role: Role) -> dict:
    """An address is for managers, also where the package has it for a name."""
    member = annotator.member
    if role != Role.MANAGER:
        return {
            "id": annotator.pk,
            "name": str(annotator),
            "member": member.public_username if member else None,
        }
    return {
        "id": annotator.pk,
        "name": annotator.name_as_it_came,
        "email": annotator.email,
        "member": member.username if member else None,
    }


@extend_schema(responses=ImportedAnnotatorOut(many=True))
@api_view(["GET"])
def annotators(request: Request, project_id: int) -> Response:
    """Whom the labels name that came with packages. They are no accounts; a manager links them to members."""
    project = open_project(request.user, project_id)
    return Response([serialize_annotator(annotator, project.role) for annotator in annotators_of(project)])


@extend_schema(request=LinkIn, responses=ImportedAnnotatorOut)
@api_view(["PATCH"])
def annotator(request: Request, project_id: int, annotator_id: int) -> Response:
    """Says which member of the project this is; null takes it back. The labels keep the name that they came with."""
    project = open_project(request.user, project_id, Role.MANAGER)
    named = get_object_or_404(annotators_of(project), pk=annotator_id)
    member = _member(project, checked(LinkIn, request)["member"])
    link_annotator(annotator=named, member=member, by=request.user)
    return Response(serialize_annotator(named, project.role))


def _member(project: Project, username: str | None) -> User | None:
    """Raises ValidationError, in the same words for somebody who is no member and for nobody."""
    if username is None:
        return None
    member = project.members.filter(username=username).first()
    if member is None:
        raise ValidationError(f"The project has no member {username!r}.")
    return member
