from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named
from annotations.projects.models import Project
from annotations.scans.models import Scan
from annotations.scans.queries import scans_of
from annotations.scans.segmentation.models import SavedRecipe, SegmentationRun
from annotations.scans.segmentation.queries import latest_recipes
from annotations.scans.segmentation.starting import KIND, new_runs
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import segmenters_of
from worker.segmentation.job import segment


class Command(SiteCommand):
    help = "Finds objects on the scans of a project by one of its recipes, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--recipe", required=True, metavar="NAME", help="name of a recipe of the project")
        parser.add_argument(
            "--segmenter", metavar="NAME", help="of the project: finds objects in the place of the threshold"
        )
        parser.add_argument(
            "--scan", nargs="*", metavar="FILE", help="names of scans; all where none is named"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="objects of earlier runs that nobody touched go into the bin",
        )

    def handle(
        self,
        *,
        project: str,
        recipe: str,
        scan: list[str] | None,
        replace: bool,
        segmenter: str | None = None,
        **options: object,
    ) -> None:
        row = project_named(project)
        by = _segmenter_named(row, segmenter) if segmenter else None
        runs = self._runs(row, _recipe_named(row, recipe), by, _scans_named(row, scan or []))
        params = {"runs": [run.pk for run in runs], "replace": replace}
        run_here(segment, self.stdout, kind=KIND, project=row, params=params)

    def _runs(
        self, project: Project, recipe: SavedRecipe, segmenter: Segmenter | None, scans: list[Scan]
    ) -> list[SegmentationRun]:
        """Those that a command which was cut off has left behind, else new ones."""
        runs = SegmentationRun.objects.filter(
            project=project, recipe=recipe, segmenter=segmenter, scan__in=scans, applied=None
        )
        if runs.count() == len(scans):
            return list(runs.order_by("pk"))
        try:
            return new_runs(project=project, user=None, scans=scans, recipe=recipe, segmenter=segmenter)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error


def _recipe_named(project: Project, name: str) -> SavedRecipe:
    recipe = latest_recipes(project).filter(name=name).first()
    if recipe is None:
        names = ", ".join(recipe.name for recipe in latest_recipes(project)) or "none yet"
        raise CommandError(f"There is no recipe {name!r} in {project.title}. There are: {names}.")
    return recipe


def _segmenter_named(project: Project, name: str) -> Segmenter:
    """The newest of that name."""
    newest = segmenters_of(project).filter(name=name, is_ready=True).order_by("-pk").first()
    if newest is None:
        raise CommandError(f"{project.title} has no segmenter {name!r} that is ready.")
    return newest


def _scans_named(project: Project, names: list[str]) -> list[Scan]:
    scans = [scan for scan in scans_of(project).order_by("pk") if not names or scan.parent.file_name in names]
    present = {scan.parent.file_name for scan in scans}
    if missing := [name for name in names if name not in present]:
        raise CommandError(f"There is no scan {missing[0]!r} in {project.title}.")
    if not scans:
        raise CommandError(f"{project.title} has no scan yet: bring one in with import_scans.")
    return scans
