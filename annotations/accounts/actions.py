import json

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User

PREFERENCES = {"keys", "quick", "layout", "tour"}
MOST_PREFERENCES = 20_000  # characters


def save_profile(*, user: User, **fields: str) -> None:
    """One's own `first_name`, `last_name` and `email`. Raises ValidationError for what is none."""
    for name, value in fields.items():
        setattr(user, name, value)
    user.full_clean(exclude=[f.name for f in User._meta.fields if f.name not in fields])
    user.save(update_fields=list(fields))


def save_preferences(*, user: User, preferences: dict) -> None:
    """Keeps a person's own keys, quick taxa, layout and place in the tour. Raises ValidationError for anything else."""
    if not isinstance(preferences, dict):
        raise ValidationError("Preferences take an object of names and values.")
    if unknown := set(preferences) - PREFERENCES:
        raise ValidationError(
            f"There is no preference {unknown.pop()!r}: there are {', '.join(sorted(PREFERENCES))}."
        )
    if wrong := [name for name, value in preferences.items() if not isinstance(value, dict)]:
        raise ValidationError(f"The preference {wrong[0]!r} takes an object of names and values.")
    if len(json.dumps(preferences)) > MOST_PREFERENCES:
        raise ValidationError(f"Preferences take {MOST_PREFERENCES:,} characters at most.")
    with transaction.atomic():
        now = User.objects.select_for_update().values_list("preferences", flat=True).get(pk=user.pk)
        user.preferences = {**now, **preferences}  # another request may keep others at the same time
        user.save(update_fields=["preferences"])
