from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.accounts.names import masked
from annotations.common.keyset import Cursor, page_back
from annotations.discussions.models import Comment, Mention, ReferenceImage, TaxonNote
from annotations.learning.models import Model
from annotations.pictures.keys import image_url
from annotations.projects.access import projects_seen_by
from annotations.projects.models import Project
from annotations.samples.models import Image
from annotations.taxonomy.queries import names_of

MOST_CONFUSED = 5
COMMENTS = "comments"  # the order that a cursor of a thread belongs to
A_PAGE = 50  # comments or mentions
HAS_UNSEEN = "SELECT EXISTS (SELECT FROM discussions_mention WHERE user_id = %s AND seen IS NULL)"


def members_to_notify(project: Project) -> QuerySet[User]:
    """Who hears of an @ with their name: the members who can sign in."""
    return project.members.filter(is_active=True).order_by("username")


def names_offered(project: Project) -> list[str]:
    """The user names that a comment completes; one that is an e-mail address has to be known."""
    names = members_to_notify(project).values_list("username", flat=True)
    return [name for name in names if masked(name) == name]


def comments_on(
    project: Project, *, object_id: int | None = None, taxon_id: int | None = None
) -> QuerySet[Comment]:
    comments = Comment.objects.filter(project=project, object=object_id, taxon=taxon_id)
    return comments.select_related("author", "removed_by").prefetch_related("mentions__user")


def thread(
    project: Project, cursor: str | None, *, object_id: int | None = None, taxon_id: int | None = None
) -> tuple[list[Comment], str | None]:
    """The end of what was said, or what was said before the cursor, in its order; and the cursor of what is earlier.

    Raises ValidationError for a damaged cursor.
    """
    comments = comments_on(project, object_id=object_id, taxon_id=taxon_id)
    page, earlier = page_back(comments, COMMENTS, cursor, A_PAGE)
    return page[::-1], earlier


def cursor_to(comment: Comment) -> str | None:
    """Of the page of its thread that ends with the comment; None when the thread's end shows it, too."""
    same = comments_on(comment.project, object_id=comment.object_id, taxon_id=comment.taxon_id)
    later = same.filter(pk__gt=comment.pk).order_by("pk")[:A_PAGE].count()
    return Cursor(COMMENTS, None, comment.pk + 1).encode() if later == A_PAGE else None


def mentions_of(user: User) -> QuerySet[Mention]:
    """Newest first; of projects that the person still sees."""
    mentions = Mention.objects.filter(user=user, comment__project__in=projects_seen_by(user))
    return mentions.select_related(
        "comment__author", "comment__project", "comment__taxon", "comment__object__wide"
    ).prefetch_related("comment__mentions__user")


def unseen_mentions(user: User) -> int:
    """How many: every page of the person asks, and nearly always there are none, whichever projects they see."""
    with connection.cursor() as cursor:
        cursor.execute(HAS_UNSEEN, [user.pk])
        (has_unseen,) = cursor.fetchone()
    return mentions_of(user).filter(seen=None).count() if has_unseen else 0


def open_comment(project: Project, comment_id: int) -> Comment:
    comments = Comment.objects.filter(project=project, pk=comment_id)
    comment = (
        comments.select_related("author", "removed_by", "project").prefetch_related("mentions__user").first()
    )
    if comment is None:
        raise Http404("There is no such comment in this project.")
    return comment


def open_note(project: Project, note_id: int) -> TaxonNote:
    note = TaxonNote.objects.filter(project=project, pk=note_id).first()
    if note is None:
        raise Http404("There is no such note in this project.")
    return note


def open_reference(project: Project, reference_id: int) -> ReferenceImage:
    reference = ReferenceImage.objects.filter(project=project, pk=reference_id).first()
    if reference is None:
        raise Http404("There is no such reference image in this project.")
    return reference


def references_of(project: Project, object_id: int) -> list[ReferenceImage]:
    """Of which taxa an object is a reference image; it may have been labelled anew since."""
    return list(ReferenceImage.objects.filter(project=project, object=object_id).select_related("taxon"))


def notes_on(project: Project, taxon_id: int) -> list[TaxonNote]:
    """The present one first."""
    return list(TaxonNote.objects.filter(project=project, taxon=taxon_id).select_related("author"))


def reference_images(project: Project, taxon_ids: list[int]) -> dict[int, list[dict]]:
    """taxon → [{id, object, caption, url, width, height}]"""
    pinned = list(ReferenceImage.objects.filter(project=project, taxon__in=taxon_ids))
    pictures: dict[int, Image] = {}
    for image in Image.objects.filter(object__in=[p.object_id for p in pinned]).order_by("object", "rank"):
        pictures.setdefault(image.object_id, image)
    by_taxon: dict[int, list[dict]] = {taxon: [] for taxon in taxon_ids}
    for reference in pinned:
        picture = pictures.get(reference.object_id)
        if picture is not None:
            by_taxon[reference.taxon_id].append(
                {
                    "id": reference.pk,
                    "object": reference.object_id,
                    "caption": reference.caption,
                    "url": image_url(picture.key),
                    "width": picture.width,
                    "height": picture.height,
                }
            )
    return by_taxon


def confused_with(project: Project, taxon_id: int) -> list[dict]:
    """The taxa that the project's latest model takes this one for, or for this one, among its held-out objects."""
    ready = Model.objects.filter(Q(projects=project), is_ready=True).order_by("-id").first()
    if ready is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CONFUSED, {"model": ready.pk, "taxon": taxon_id, "most": MOST_CONFUSED})
        rows = cursor.fetchall()
    names = names_of({other for other, _ in rows})
    return [{"id": other, "name": names[other], "count": count} for other, count in rows]


CONFUSED = """
SELECT CASE WHEN taxon_id = %(taxon)s THEN predicted_id ELSE taxon_id END AS other, count(*)
FROM learning_heldout
WHERE model_id = %(model)s AND taxon_id <> predicted_id AND %(taxon)s IN (taxon_id, predicted_id)
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""
