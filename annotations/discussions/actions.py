"""Saying something, naming somebody, taking it back; notes and reference images of a taxon."""

from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.discussions.models import Comment, Mention, ReferenceImage, TaxonNote
from annotations.discussions.names import names_in
from annotations.discussions.queries import members_to_notify
from annotations.projects.models import Project, Role
from annotations.samples.locking import hold_objects
from annotations.samples.models import Image, Object
from annotations.taxonomy.models import Taxon

MOST_LETTERS = 5000
MOST_OF_A_CAPTION = 200


@transaction.atomic
def comment(
    *,
    project: Project,
    author: User,
    text: str,
    object: Object | None = None,
    taxon: Taxon | None = None,
    key: UUID | None = None,
) -> Comment:
    """Says something about an object or a taxon, and notes which members are mentioned.

    An @ before anything else is a part of the text: “at @20m”. The same words sent again under their `key`, because the
    answer got lost, are the comment that is there. Raises ValidationError for an empty or endless text, and
    for an object that is no longer in the project.
    """
    text = _checked(text)
    if object is not None:
        hold_objects(project=project, object_ids=[object.pk])
    values = {"project": project, "text": text, "object": object, "taxon": taxon}
    if key is None:
        entry, is_new = Comment.objects.create(author=author, **values), True
    else:
        entry, is_new = Comment.objects.get_or_create(
            author=author, key=_key_of(key, text, object, taxon), defaults=values
        )
    if is_new:
        _notify_mentioned(entry)
        _notify_pages(entry)
    return entry


def _key_of(key: UUID, text: str, object: Object | None, taxon: Taxon | None) -> UUID:
    """Other words under one key are another comment: whoever changed them after the answer was lost says both."""
    about = (object and object.pk, taxon and taxon.pk)
    return uuid5(key, f"{about} {text}")


@transaction.atomic
def edit_comment(*, comment: Comment, user: User, text: str) -> Comment:
    """Changes one's own comment, which from then on says when. Who is named for the first time is told.

    Raises PermissionDenied for somebody else's, ValidationError for a bad text and for a comment that was removed.
    """
    if comment.author_id != user.pk:
        raise PermissionDenied("This is somebody else's comment: only they can change it.")
    text = _checked(text)
    present = Comment.objects.select_for_update().get(pk=comment.pk)
    if present.removed:
        raise ValidationError("This comment was removed meanwhile: say it in a new one.")
    if text != present.text:
        present.text, present.edited = text, timezone.now()
        present.save(update_fields=["text", "edited"])
        _notify_mentioned(present)
        _notify_pages(present)
    return present


def _notify_mentioned(comment: Comment) -> None:
    """Those who are mentioned and know nothing of it yet; who is named no more forgets it."""
    people = {
        person for person in _mentioned(comment.project, comment.text) if person.pk != comment.author_id
    }
    Mention.objects.filter(comment=comment).exclude(user__in=people).delete()
    Mention.objects.bulk_create(
        [Mention(comment=comment, user=person) for person in people], ignore_conflicts=True
    )


def _notify_pages(comment: Comment) -> None:
    """Those that show the object look again; what was said is theirs to ask for."""
    if comment.object_id is not None:
        publish_event(comment.project_id, "comments", object=comment.object_id)


def _mentioned(project: Project, text: str) -> set[User]:
    """The members named in the text, whatever the case; where names differ by their case alone, the one as written."""
    if "@" not in text:
        return set()
    members: dict[str, list[User]] = {}
    for person in members_to_notify(project):
        members.setdefault(person.username.lower(), []).append(person)
    mentioned: set[User] = set()
    for name in names_in(text, members):
        alike = members[name.lower()]
        mentioned.update([person for person in alike if person.username == name] or alike)
    return mentioned


@transaction.atomic
def remove_comment(*, comment: Comment, user: User, role: Role) -> None:
    """Raises PermissionDenied for somebody else's, except to a manager."""
    if comment.author_id != user.pk and role != Role.MANAGER:
        raise PermissionDenied("This is somebody else's comment: they or a manager can remove it.")
    Comment.objects.filter(pk=comment.pk, removed=None).update(
        text="", removed=timezone.now(), removed_by=user
    )
    Mention.objects.filter(comment=comment).delete()
    _notify_pages(comment)


def mark_seen(*, user: User, mention: Mention | None = None) -> None:
    """One mention, or all of them."""
    unseen = Mention.objects.filter(user=user, seen=None)
    (unseen.filter(pk=mention.pk) if mention else unseen).update(seen=timezone.now())


def write_note(*, project: Project, taxon: Taxon, author: User, text: str) -> TaxonNote:
    return TaxonNote.objects.create(project=project, taxon=taxon, author=author, text=_checked(text))


def remove_note(*, note: TaxonNote, user: User, role: Role) -> None:
    """Raises PermissionDenied for somebody else's, except to a manager."""
    if note.author_id != user.pk and role != Role.MANAGER:
        raise PermissionDenied("This is somebody else's note: they or a manager can remove it.")
    note.delete()


@transaction.atomic
def pin(*, project: Project, taxon: Taxon, object: Object, user: User, caption: str = "") -> ReferenceImage:
    """Makes an object of the project a reference image; again, to change its caption."""
    caption = caption.replace("\0", "").strip()
    if len(caption) > MOST_OF_A_CAPTION:
        raise ValidationError(
            f"A caption has {MOST_OF_A_CAPTION} letters at most; this one has {len(caption):,}."
        )
    hold_objects(project=project, object_ids=[object.pk])
    if not Image.objects.filter(object=object).exists():
        raise ValidationError("This object has no picture: choose one that has.")
    pinned, _ = ReferenceImage.objects.update_or_create(
        project=project, taxon=taxon, object=object, defaults={"caption": caption, "pinned_by": user}
    )
    return pinned


def _checked(text: str) -> str:
    text = text.replace("\0", "").replace("\r\n", "\n").strip()  # browsers count a line's end as one letter
    if not text:
        raise ValidationError("Write something first.")
    if len(text) > MOST_LETTERS:
        raise ValidationError(f"A text has {MOST_LETTERS:,} letters at most; this one has {len(text):,}.")
    return text
