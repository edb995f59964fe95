"""Whose e-mail address a manager gets to know.

To add somebody to a project takes only their user name, so it must not tell their address: that is for managers where
the person came by an invitation, and of annotators who came with a package. Administrators see the accounts anyway.
"""

from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.projects.models import Membership, Role


def address_of(membership: Membership, *, asker: User, role: Role) -> str | None:
    """The member's e-mail address, if the asker, with this role in the project, may know it."""
    has_accepted = membership.invitation_id is not None
    may_know = asker.is_superuser or (role == Role.MANAGER and has_accepted)
    return membership.user.email if may_know else None


# For whole tables: joins to the accounts `u` of the annotators of objects `o`
JOIN_PEOPLE = """
LEFT JOIN projects_importedannotator brought ON brought.user_id = u.id AND brought.project_id = o.project_id
LEFT JOIN projects_membership joined ON joined.user_id = u.id AND joined.project_id = o.project_id
     AND joined.invitation_id IS NOT NULL
"""
# what came with a package goes out as it came
AS_IT_CAME = "CASE WHEN brought.id IS NULL THEN u.shown_name ELSE NULLIF(brought.name, '') END"
MAY_BE_KNOWN = "COALESCE(brought.id, joined.id) IS NOT NULL"


@dataclass(frozen=True)
class Signature:
    """Behind JOIN_PEOPLE: SQL of an annotator's name and e-mail address."""

    name: str
    email: str


WITHOUT_ADDRESS = Signature("u.shown_name", "NULL")
FOR_MANAGERS = Signature(AS_IT_CAME, f"CASE WHEN {MAY_BE_KNOWN} THEN NULLIF(u.email, '') END")
WITH_ALL_ADDRESSES = Signature(AS_IT_CAME, "NULLIF(u.email, '')")  # for who works on the server itself
