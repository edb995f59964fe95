"""The people whom imported labels name, and which members they are."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.projects.models import AnnotatorLink, ImportedAnnotator, Project


@transaction.atomic
def imported_annotator(*, project: Project, name: str, email: str) -> User:
    """The account that carries the labels of who is so named in this project; made when it isn't there.

    It is never one that somebody signs in with, so that a package can neither sign with a person's account nor find
    out who has one.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # two imports make nobody twice
    name, email = " ".join(name.split()), email.strip()
    return _find(project, name, email) or _make(project, name, email)


def _find(project: Project, name: str, email: str) -> User | None:
    people = project.imported_annotators.select_related("user")
    exact = people.filter(name__iexact=name, email__iexact=email).first()
    if exact is None and not email:
        namesakes = people.filter(name__iexact=name)[:2]
        exact = namesakes[0] if len(namesakes) == 1 else None
    return exact.user if exact else None


def _make(project: Project, name: str, email: str) -> User:
    displayed = (
        name or f"Annotator {project.imported_annotators.count() + 1}"
    )  # an e-mail is not for everybody
    first, _, last = displayed.partition(" ")
    user = User(
        username=f"imported-{secrets.token_hex(8)}",
        email=email,
        first_name=first[:150],
        last_name=last[:150],
        is_active=False,
    )
    user.set_unusable_password()
    user.save()
    ImportedAnnotator.objects.create(project=project, user=user, name=name, email=email)
    return user


@transaction.atomic
def link_annotator(*, annotator: ImportedAnnotator, member: User | None, by: User | None) -> None:
    """Says which member of the project this is, or with None that it is nobody here. Raises ValidationError."""
    if member and not annotator.project.memberships.filter(user=member).exists():
        raise ValidationError("Only members of the project can be linked.")
    if annotator.member == member:
        return
    annotator.member = member
    annotator.save(update_fields=["member"])
    AnnotatorLink.objects.create(annotator=annotator, member=member, by=by)


def annotators_of(project: Project) -> QuerySet[ImportedAnnotator]:
    return project.imported_annotators.select_related("user", "member").prefetch_related(
        "links__by", "links__member"
    )


def accounts_of(people: list[int]) -> list[int]:
    """These accounts, and those that carry the imported labels of the same people."""
    linked = ImportedAnnotator.objects.filter(member__in=people).values_list("user", flat=True)
    return sorted({*people, *linked})
