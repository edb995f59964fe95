"""Naming a segmenter, and putting it away."""

from django.db import transaction

from annotations.accounts.models import User
from annotations.learning.actions import require_manager
from annotations.learning.backbones.changing import change_network
from annotations.scans.segmenters.models import Segmenter


@transaction.atomic
def change_segmenter(*, user: User, segmenter: Segmenter, **changes: object) -> Segmenter:
    """Changes `name` or `archived` (yes or no). Raises PermissionDenied, or ValidationError."""
    require_manager(user, segmenter.project)
    change_network(segmenter, changes, "segmenter")
    return segmenter
