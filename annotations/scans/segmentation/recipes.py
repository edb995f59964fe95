"""Recipes of a project: kept by name and never changed, since objects were made by them. A change is a revision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SavedRecipe
from classifier.contract.segmentation import SegmentationRecipe
from classifier.contract.settings import SettingError

MOST_LETTERS = 100
ON_THE_COMMAND_LINE = (
    "A blank scan is named on the command line alone (`python -m classifier segment`): choose another "
    "background."
)

SIZELESS = (
    "Nobody has said how large a pixel of {name} is, so a least diameter of {esd:g} µm can't be kept: say it under "
    "Data, Scans, or set the diameter to 0, and the least area in pixels counts."
)


def checked_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of a recipe; what is left out has its default. Raises ValidationError that names what is wrong."""
    try:
        recipe = SegmentationRecipe.checked(values)
    except SettingError as error:
        raise ValidationError(str(error)) from error
    if recipe.background == "blank":
        raise ValidationError(ON_THE_COMMAND_LINE)
    return recipe.values


def require_pixel_sizes(settings: Mapping[str, Any], scans: Iterable[Scan]) -> None:
    """Raises ValidationError that names the first scan on which the recipe's µm would mean nothing."""
    recipe = SegmentationRecipe.checked(settings)
    for scan in scans:
        if recipe.lacks_pixel_size(scan.parent.acquisition.pixel_um):
            raise ValidationError(SIZELESS.format(name=scan.parent.file_name, esd=recipe.least_esd_um))


@transaction.atomic
def save_recipe(
    *, project: Project, user: User | None, name: str, settings: Mapping[str, Any]
) -> SavedRecipe:
    """The next revision of the project's recipe of that name; its last one where that says the same.

    Asks nobody's rights. Raises ValidationError.
    """
    name = name.replace("\0", "").strip()
    if not 0 < len(name) <= MOST_LETTERS:
        raise ValidationError({"name": f"A recipe needs a name of at most {MOST_LETTERS} letters."})
    checked = checked_settings(settings)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # two at once make two revisions
    last = SavedRecipe.objects.filter(project=project, name=name).order_by("-revision").first()
    if last and last.settings == checked:
        return last
    revision = last.revision + 1 if last else 1
    return SavedRecipe.objects.create(
        project=project, name=name, revision=revision, settings=checked, author=user
    )


def require_manager(user: User, project: Project) -> None:
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied("Only managers of a project segment its scans.")
