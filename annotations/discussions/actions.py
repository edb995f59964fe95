"""Saying something, naming somebody, taking it back; notes and reference images of a taxon."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.discussions.models import Comment, Mention, ReferenceImage, TaxonNote
from annotations.projects.models import Project, Role
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon

MOST_LETTERS = 5000
NAMED = re.compile(r"(?<![\w@/])@([\w.+-]*\w)")  # a user name, without the full stop of the sentence


@transaction.atomic
def comment(
    *, project: Project, author: User, text: str, object: Object | None = None, taxon: Taxon | None = None
) -> Comment:
    """Says something about an object or a taxon, and notes who is mentioned.

    Raises ValidationError for an empty or endless text, and when somebody is mentioned who is not in the project.
    """
    text = _checked(text)
    named = set(NAMED.findall(text))
    people = list(project.members.filter(username__in=named, is_active=True))
    if unknown := named - {person.username for person in people}:
        raise ValidationError(f"Nobody in this project is called @{sorted(unknown)[0]}.")
    said = Comment.objects.create(project=project, author=author, text=text, object=object, taxon=taxon)
    Mention.objects.bulk_create(Mention(comment=said, user=person) for person in people if person != author)
    return said


@transaction.atomic
def remove_comment(*, comment: Comment, user: User, role: Role) -> None:
    """Raises PermissionDenied for somebody else's, except to a manager."""
    if comment.author_id != user.pk and role != Role.MANAGER:
        raise PermissionDenied("This is somebody else's comment: they or a manager can remove it.")
    Comment.objects.filter(pk=comment.pk, removed=None).update(
        text="", removed=timezone.now(), removed_by=user
    )
    Mention.objects.filter(comment=comment).delete()


def mark_seen(*, user: User, mention: Mention | None = None) -> None:
    """One mention, or all of them."""
    unseen = Mention.objects.filter(user=user, seen=None)
    (unseen.filter(pk=mention.pk) if mention else unseen).update(seen=timezone.now())


def write_note(*, project: Project, taxon: Taxon, author: User, text: str) -> TaxonNote:
    return TaxonNote.objects.create(project=project, taxon=taxon, author=author, text=_checked(text))


def pin(*, project: Project, taxon: Taxon, object: Object, user: User, caption: str = "") -> ReferenceImage:
    """Makes an object of the project a reference image; again, to change its caption."""
    if object.project_id != project.pk:
        raise ValidationError("This object belongs to another project.")
    pinned, _ = ReferenceImage.objects.update_or_create(
        project=project, taxon=taxon, object=object, defaults={"caption": caption[:200], "pinned_by": user}
    )
    return pinned


def _checked(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise ValidationError("Write something first.")
    if len(text) > MOST_LETTERS:
        raise ValidationError(f"A text has {MOST_LETTERS:,} letters at most; this one has {len(text):,}.")
    return text
