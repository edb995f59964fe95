"""Becoming a member by a link: who has it may join, until it expires, is used up, or is revoked."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.accounts.emails import queue_email
from annotations.accounts.models import User
from annotations.accounts.tokens import digest_of
from annotations.projects.access import role_in
from annotations.projects.models import Invitation, Membership, Project, Role

MOST_DAYS = 90
MOST_USES = 200


@transaction.atomic
def create_invitation(
    *, project: Project, by: User, role: Role, days: int = 7, uses: int = 1, note: str = "", email: str = ""
) -> tuple[Invitation, str]:
    """An invitation and its key, which can't be read again. Raises ValidationError for numbers out of bounds."""
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(f"An invitation is valid for 1 to {MOST_DAYS} days, not {days}.")
    if not 1 <= uses <= MOST_USES:
        raise ValidationError(f"An invitation is for 1 to {MOST_USES} people, not {uses}.")
    key = secrets.token_urlsafe(32)
    invitation = Invitation(project=project, created_by=by, role=role, note=note.strip(), email=email)
    invitation.digest = digest_of(key)
    invitation.uses_left = uses
    invitation.expires = timezone.now() + timedelta(days=days)
    invitation.full_clean(exclude=["revoked"])
    invitation.save()
    return invitation, key


def find_invitation(key: str) -> Invitation | None:
    """The invitation with this key, if it is still good: whoever made it has to be a manager still."""
    invitations = live_invitations().select_related("project", "created_by")
    invitation = invitations.filter(digest=digest_of(key)).first()
    if invitation is None or role_in(invitation.created_by, invitation.project_id) != Role.MANAGER:
        return None
    return invitation


@transaction.atomic
def accept_invitation(*, key: str, user: User, account_made: bool = False) -> Membership:
    """Makes the person a member. Who is one already stays what they are, and uses nothing up.

    Raises ValidationError for an invitation that is not, or no longer, good.
    """
    invitation = find_invitation(key)
    if invitation is None:
        raise ValidationError("This invitation is no longer valid: ask who sent it for another.")
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    membership = Membership.objects.filter(project=invitation.project_id, user=user).first()
    if membership:
        return membership
    if not invitation.uses_left:  # somebody else was quicker
        raise ValidationError("This invitation is no longer valid: ask who sent it for another.")
    invitation.uses_left -= 1
    invitation.save(update_fields=["uses_left"])
    return Membership.objects.create(
        project_id=invitation.project_id,
        user=user,
        role=invitation.role,
        invitation=invitation,
        account_made=account_made,
    )


def send_invitation(invitation: Invitation, url: str) -> bool:
    """By e-mail, where the manager gave an address. False where that could not be."""
    if not invitation.email:
        return True
    inviter, expires = invitation.created_by.display_name, f"{invitation.expires:%Y-%m-%d %H:%M}"
    return queue_email(
        "send_invitation_email", invitation.email, invitation.project.title, inviter, url, expires
    )


def revoke_invitation(*, invitation: Invitation) -> None:
    """Nobody joins by it any more; who has joined stays."""
    invitation.revoked = timezone.now()
    invitation.save(update_fields=["revoked"])


def live_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(revoked=None, expires__gt=timezone.now(), uses_left__gt=0)
