from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.maps.actions import MIN_DIST, NEIGHBOURS
from annotations.projects.command import project_named
from worker.mapping import map_objects_of


class Command(SiteCommand):
    help = "Lays a project's objects out on its map by UMAP, here and now; those that have a place keep it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--neighbours", type=int, default=NEIGHBOURS, help="of each object, from 2")
        parser.add_argument("--min-dist", type=float, default=MIN_DIST, help="between points, 0 to below 1")
        parser.add_argument("--anew", action="store_true", help="all objects, not only those without a place")

    def handle(
        self, *, project: str, neighbours: int, min_dist: float, anew: bool, **options: object
    ) -> None:
        params = {"neighbours": neighbours, "min_dist": min_dist, "anew": anew}
        run_here(
            map_objects_of, self.stdout, kind="map_objects", project=project_named(project), params=params
        )
