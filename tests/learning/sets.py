"""Learning sets in short: rows written as a recipe asks, and sets frozen as the worker does it."""

from pathlib import Path

from annotations.jobs.models import Job
from annotations.learning.models import LearningSet
from annotations.learning.sets.actions import new_set
from annotations.learning.sets.recipe import Recipe
from annotations.learning.sets.rows import write_rows
from annotations.projects.models import Project
from tests.worker.runs import run
from worker.learning.sets import freeze_learning_set


def recipe_of(*projects: Project | int, **params) -> Recipe:
    sources = [{"project": getattr(project, "pk", project)} for project in projects]
    return Recipe.read({"projects": sources, **params})


def rows_of(path: Path, *projects: Project | int, **params) -> dict:
    """Writes the rows; returns the facts."""
    return write_rows(path, recipe_of(*projects, **params))


def freeze(recipe: Recipe, **more) -> tuple[LearningSet, Job]:
    """The set as a worker freezes it, and the job."""
    created = new_set(recipe=recipe, **more)
    job = run(Job.objects.create(kind="freeze_set", params={"learning_set": created.pk}), freeze_learning_set)
    created.refresh_from_db()
    return created, job
