"""Naming a segmenter, and putting it away."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.learning.actions import require_manager
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.starting import MOST_LETTERS


@transaction.atomic
def change_segmenter(*, user: User, segmenter: Segmenter, **changes: object) -> Segmenter:
    """Changes `name` or `archived` (yes or no). Raises PermissionDenied, or ValidationError."""
    require_manager(user, segmenter.project)
    if "name" in changes:
        segmenter.name = _name(changes["name"])
    if "archived" in changes:
        segmenter.archived = (segmenter.archived or timezone.now()) if changes["archived"] else None
    segmenter.save(update_fields=["name", "archived"])
    return segmenter


def _name(value: object) -> str:
    name = str(value).replace("\0", "").strip()
    if not name or len(name) > MOST_LETTERS:
        raise ValidationError(f"A segmenter needs a name of at most {MOST_LETTERS} letters.")
    return name
