"""Comments and mentions."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api import serializers as shapes
from annotations.api.asking import checked, the_taxon
from annotations.discussions.actions import comment
from annotations.discussions.models import Comment
from annotations.discussions.queries import comments_on, mentions_of
from annotations.gallery import queries as gallery
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import Object


def comment_shape(said: Comment) -> dict:
    return {
        "id": said.pk,
        "author": said.author.username if said.author else None,
        "text": said.text,
        "created": said.created,
        "removed": said.removed,
    }


@extend_schema(methods=["GET"], responses=shapes.CommentOut(many=True))
@extend_schema(methods=["POST"], request=shapes.CommentIn, responses={201: shapes.CommentOut})
@api_view(["GET", "POST"])
def object_comments(request: Request, object_id: int) -> Response:
    """What was said of an object; POST says something, and `@name` tells a member."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    found = open_project(request.user, gallery.project_of_object(object_id), least)
    if request.method == "POST":
        about = Object.objects.get(pk=object_id)
        said = comment(project=found, author=request.user, object=about, **checked(shapes.CommentIn, request))
        return Response(comment_shape(said), status=201)
    return Response([comment_shape(said) for said in comments_on(found, object_id=object_id)])


@extend_schema(methods=["GET"], responses=shapes.CommentOut(many=True))
@extend_schema(methods=["POST"], request=shapes.CommentIn, responses={201: shapes.CommentOut})
@api_view(["GET", "POST"])
def taxon_comments(request: Request, project_id: int, taxon_id: int) -> Response:
    """The project's discussion of a taxon; POST says something."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    found = open_project(request.user, project_id, least)
    if request.method == "POST":
        about = the_taxon(taxon_id)
        said = comment(project=found, author=request.user, taxon=about, **checked(shapes.CommentIn, request))
        return Response(comment_shape(said), status=201)
    return Response([comment_shape(said) for said in comments_on(found, taxon_id=taxon_id)])


@extend_schema(responses=shapes.MentionOut(many=True))
@api_view(["GET"])
def mentions(request: Request) -> Response:
    """The latest 200 comments that mention you."""
    found = mentions_of(request.user)[:200]
    return Response(
        [
            {
                "project": mention.comment.project_id,
                "object": mention.comment.object_id,
                "taxon": mention.comment.taxon_id,
                "seen": mention.seen,
                "comment": comment_shape(mention.comment),
            }
            for mention in found
        ]
    )
