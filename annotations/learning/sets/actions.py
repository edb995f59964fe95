import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager
from annotations.learning.models import LearningSet
from annotations.learning.queries import open_set
from annotations.learning.sets.recipe import Recipe, Source
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.search.filter import Filter
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Trait


@transaction.atomic
def start_freezing(*, user: User, recipe: Mapping[str, Any], name: str = "") -> Job:
    """Makes a learning set and starts the job that freezes it. Needs a manager of each of its projects.

    Raises ValidationError that names what is wrong with the recipe, Http404 or PermissionDenied for a project.
    """
    learning_set = new_set(recipe=checked_recipe(recipe, user), name=name, owner=user)
    learning_set.job = start_job(
        kind="freeze_set",
        owner=user,
        project=learning_set.projects.order_by("id").first(),
        params={"learning_set": learning_set.pk},
    )
    learning_set.save(update_fields=["job"])
    return learning_set.job


@transaction.atomic
def new_set(*, recipe: Recipe, name: str = "", owner: User | None = None) -> LearningSet:
    """A set that is still to be frozen. Asks nobody's rights."""
    projects = list(Project.objects.filter(pk__in=recipe.projects).order_by("id"))
    more = f" and {len(projects) - 1} more" if len(projects) > 1 else ""
    name = name.strip()[:200] or f"{projects[0].title}{more}"[:200]
    learning_set = LearningSet.objects.create(name=name, owner=owner, recipe=recipe.as_json())
    learning_set.projects.set(projects)
    return learning_set


def checked_recipe(settings: Mapping[str, Any], user: User | None) -> Recipe:
    """The recipe with all that it names known: projects that `user` manages (None: any), filters, taxa and traits."""
    recipe = Recipe.read(settings)
    for source in recipe.sources:
        if user is None:
            _require_project(source)
        else:
            require_manager(user, open_project(user, source.project))
    if unknown := sorted(recipe.named_taxa - set(names_of(recipe.named_taxa))):
        raise ValidationError(f"There is no taxon {unknown[0]}: look it up with taxa/?q=.")
    _require_frozen(recipe.tested_as, user)
    keys = set(Trait.objects.filter(project__in=recipe.projects).values_list("key", flat=True))
    if missing := sorted(set(recipe.traits or ()) - keys):
        raise ValidationError(f"No project of the set has a trait {missing[0]!r}.")
    filters = {source.project: Filter.parse(source.filter, user).as_dict() for source in recipe.sources}
    projects = [{"project": pk, "filter": json.loads(json.dumps(params))} for pk, params in filters.items()]
    return Recipe.read(recipe.as_json() | {"projects": projects})


def _require_project(source: Source) -> None:
    if not Project.objects.filter(pk=source.project).exists():
        raise Http404(f"There is no project {source.project}.")


def _require_frozen(number: int | None, user: User | None) -> None:
    """Of the set whose test objects are kept. Raises ValidationError, or Http404 for one of strangers."""
    if number is None:
        return
    earlier = open_set(user, number) if user else LearningSet.objects.filter(pk=number).first()
    if earlier is None or not earlier.is_frozen:
        raise ValidationError(f"`tested_as` is {number}, but takes the number of a frozen learning set.")
