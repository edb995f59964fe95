"""Links by which somebody sets a new password, and the log of who made them."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from annotations.accounts.models import User


def reset_path(user: User) -> str:
    """The path of a page that sets the password once, within a day, unless the person signs in meanwhile."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:set_password", args=[uid, default_token_generator.make_token(user)])


@transaction.atomic
def make_reset_path(*, user: User, by: User) -> str:
    """For somebody to hand over. Raises ValidationError for who can't sign in at all."""
    if not user.is_active:
        raise ValidationError("This account can't sign in: an administrator can make it active.")
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user)[:200],
        action_flag=CHANGE,
        change_message="Made a link to set a new password.",
    )
    return reset_path(user)
