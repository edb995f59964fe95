"""Comments and mentions; notes and reference images of taxa."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import CURSOR, checked, the_taxon
from annotations.api.serializers.discussions import (
    CommentIn,
    CommentOut,
    CommentPage,
    MentionPage,
    NoteOut,
    ReferenceIn,
    ReferenceOut,
)
from annotations.common.keyset import page_back
from annotations.discussions import queries
from annotations.discussions.actions import (
    comment,
    edit_comment,
    pin,
    remove_comment,
    remove_note,
    write_note,
)
from annotations.discussions.models import Comment, Mention, TaxonNote
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.samples.queries import project_of_object
from annotations.taxonomy.models import Taxon

A_PAGE = 200  # comments or mentions


def serialize_comment(comment: Comment) -> dict:
    return {
        "id": comment.pk,
        "author": comment.author.public_username if comment.author else None,
        "text": comment.text,
        "created": comment.created,
        "edited": comment.edited,
        "removed": comment.removed,
    }


def _comments(request: Request, thread: QuerySet[Comment]) -> Response:
    page, following = page_back(thread, queries.COMMENTS, request.query_params.get("cursor"), A_PAGE)
    return Response({"results": [serialize_comment(comment) for comment in page], "next": following})


@extend_schema(methods=["GET"], parameters=[CURSOR], responses=CommentPage)
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=CommentIn, responses={201: CommentOut})
@api_view(["GET", "POST"])
@answered_once
def object_comments(request: Request, object_id: int) -> Response:
    """What was said of an object, newest first; POST says something, and `@name` tells a member."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_of_object(object_id), least)
    if request.method == "POST":
        about = Object.objects.get(pk=object_id)
        created = comment(project=project, author=request.user, object=about, **checked(CommentIn, request))
        return Response(serialize_comment(created), status=201)
    return _comments(request, queries.comments_on(project, object_id=object_id))


@extend_schema(methods=["GET"], parameters=[CURSOR], responses=CommentPage)
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=CommentIn, responses={201: CommentOut})
@api_view(["GET", "POST"])
@answered_once
def taxon_comments(request: Request, project_id: int, taxon_id: int) -> Response:
    """The project's discussion of a taxon, newest first; POST says something."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "POST":
        about = the_taxon(taxon_id)
        created = comment(project=project, author=request.user, taxon=about, **checked(CommentIn, request))
        return Response(serialize_comment(created), status=201)
    return _comments(request, queries.comments_on(project, taxon_id=taxon_id))


@extend_schema(methods=["PATCH"], request=CommentIn, responses=CommentOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["PATCH", "DELETE"])
def the_comment(request: Request, project_id: int, comment_id: int) -> Response:
    """PATCH changes your own comment; DELETE removes it, and for a manager anybody's: a line without text stays."""
    least = Role.ANNOTATOR if request.method == "PATCH" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    comment = queries.open_comment(project, comment_id)
    if request.method == "PATCH":
        comment = edit_comment(comment=comment, user=request.user, **checked(CommentIn, request))
        return Response(serialize_comment(comment))
    remove_comment(comment=comment, user=request.user, role=project.role)
    return Response(status=204)


# --- Taxa -------------------------------------------------------------------------------------------------------------


def serialize_note(note: TaxonNote) -> dict:
    author = note.author.public_username if note.author else None
    return {"id": note.pk, "author": author, "text": note.text, "created": note.created}


@extend_schema(methods=["GET"], responses=NoteOut(many=True))
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=CommentIn, responses={201: NoteOut})
@api_view(["GET", "POST"])
@answered_once
def notes(request: Request, project_id: int, taxon_id: int) -> Response:
    """How to recognise a taxon in the project, the present note first; an expert's POST writes it anew."""
    least = Role.EXPERT if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    about = get_object_or_404(Taxon, pk=taxon_id)
    if request.method == "POST":
        created = write_note(project=project, taxon=about, author=request.user, **checked(CommentIn, request))
        return Response(serialize_note(created), status=201)
    return Response([serialize_note(note) for note in queries.notes_on(project, taxon_id)])


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def the_note(request: Request, project_id: int, note_id: int) -> Response:
    """Takes your own note back; a manager anybody's."""
    project = open_project(request.user, project_id)
    remove_note(note=queries.open_note(project, note_id), user=request.user, role=project.role)
    return Response(status=204)


@extend_schema(methods=["GET"], responses=ReferenceOut(many=True))
@extend_schema(methods=["POST"], request=ReferenceIn, responses={201: ReferenceOut})
@api_view(["GET", "POST"])
def references(request: Request, project_id: int, taxon_id: int) -> Response:
    """Objects that show what a taxon looks like; an expert's POST pins one, or changes its caption."""
    least = Role.EXPERT if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    about = get_object_or_404(Taxon, pk=taxon_id)
    if request.method == "POST":
        body = checked(ReferenceIn, request)
        object = Object.objects.filter(pk=body["object"], project=project).first()
        if object is None:
            raise ValidationError(f"There is no object {body['object']} in this project.")
        pin(project=project, taxon=about, object=object, user=request.user, caption=body["caption"])
        images = queries.reference_images(project, [taxon_id])[taxon_id]
        return Response(next(image for image in images if image["object"] == object.pk), status=201)
    return Response(queries.reference_images(project, [taxon_id])[taxon_id])


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def the_reference(request: Request, project_id: int, reference_id: int) -> Response:
    """Takes a reference image away; the object stays."""
    project = open_project(request.user, project_id, Role.EXPERT)
    queries.open_reference(project, reference_id).delete()
    return Response(status=204)


# --- Mentions ---------------------------------------------------------------------------------------------------------


@extend_schema(parameters=[CURSOR], responses=MentionPage)
@api_view(["GET"])
def mentions(request: Request) -> Response:
    """The comments that mention you, newest first."""
    mine = queries.mentions_of(request.user)
    page, following = page_back(mine, "mentions", request.query_params.get("cursor"), A_PAGE)
    return Response({"results": [serialize_mention(mention) for mention in page], "next": following})


def serialize_mention(mention: Mention) -> dict:
    return {
        "project": mention.comment.project_id,
        "object": mention.comment.object_id,
        "taxon": mention.comment.taxon_id,
        "seen": mention.seen,
        "comment": serialize_comment(mention.comment),
    }
