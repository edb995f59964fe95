from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.learning.registry import require_manager_of_all
from annotations.public.models import PublicModel, PublicModelChange

CHOICES = ("is_on", "name", "summary", "licence")
NOT_READY = "The model is not ready: show it when its training is done."


class ModelChoices(TypedDict, total=False):
    is_on: bool
    name: str
    summary: str
    licence: str  # a Licence, or empty


@transaction.atomic
def change_public_model(*, model: Model, by: User, **choices: Unpack[ModelChoices]) -> PublicModel:
    """Writes and logs what everybody may see of a model.

    Raises PermissionDenied unless the person manages all its projects, ValidationError that names the field.
    """
    require_manager_of_all(by, model)
    shared = PublicModel.objects.select_for_update().filter(pk=model.pk).first() or PublicModel(model=model)
    before = {name: getattr(shared, name) for name in CHOICES}
    for name, value in choices.items():
        setattr(shared, name, value)
    if shared.is_on and not model.is_ready:
        raise ValidationError({"is_on": NOT_READY})
    shared.full_clean(exclude=["model"])
    shared.save()
    after = {name: getattr(shared, name) for name in CHOICES}
    if after != before:
        PublicModelChange.objects.create(model=model, by=by, before=before, after=after)
    return shared
