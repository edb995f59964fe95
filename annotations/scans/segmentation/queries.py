"""What pages and the API read of recipes, runs and the scans that they are for."""

from itertools import count

from django.db.models import Count, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.jobs.models import UNFINISHED
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SavedRecipe, SegmentationRun


def latest_recipes(project: Project) -> QuerySet[SavedRecipe]:
    """The last revision of each recipe, by name."""
    recipes = SavedRecipe.objects.filter(project=project).select_related("author")
    return recipes.order_by("name", "-revision").distinct("name")


def unused_name(project: Project) -> str:
    """For who has none in mind: `Recipe 1`, or the next that no recipe has."""
    names = set(SavedRecipe.objects.filter(project=project).values_list("name", flat=True))
    return next(name for number in count(1) if (name := f"Recipe {number}") not in names)


def open_recipe(project: Project, recipe_id: int) -> SavedRecipe:
    """Any revision. Raises Http404."""
    recipe = SavedRecipe.objects.filter(project=project, pk=recipe_id).select_related("author").first()
    if recipe is None:
        raise Http404("This project has no such recipe.")
    return recipe


def revisions_of(recipe: SavedRecipe) -> QuerySet[SavedRecipe]:
    """All of that name, the newest first, each with how many runs it had (`times`)."""
    revisions = SavedRecipe.objects.filter(project=recipe.project_id, name=recipe.name)
    return revisions.select_related("author").annotate(times=Count("runs")).order_by("-revision")


def open_scan_for(user: User, scan_id: int, least: Role) -> Scan:
    """For whom the project of the scan is open. Raises Http404 and PermissionDenied."""
    scan = Scan.objects.filter(pk=scan_id).select_related("parent__acquisition__sample").first()
    if scan is None:
        raise Http404("There is no such scan, or it is of a project that you are not a member of.")
    open_project(user, scan.parent.acquisition.sample.project_id, least)
    return scan


def runs_in(project: Project) -> QuerySet[SegmentationRun]:
    """The newest first."""
    runs = SegmentationRun.objects.filter(project=project)
    return runs.select_related(
        "scan__parent__acquisition__sample", "recipe", "segmenter", "job", "owner"
    ).order_by("-pk")


def is_writing_on(scan: Scan) -> bool:
    """Whether a run is making objects of a scan, or binning them: what it does was decided before."""
    writing = SegmentationRun.objects.filter(scan=scan, applied=None, job__state__in=UNFINISHED)
    return writing.exclude(plan=None).exists()


def open_run(project: Project, run_id: int) -> SegmentationRun:
    """Raises Http404."""
    run = runs_in(project).filter(pk=run_id).first()
    if run is None:
        raise Http404("This project has no such segmentation.")
    return run
