from typing import Any

from django.core.management.base import CommandParser

from annotations.clusters.starting import SMALLEST, clustering_params
from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named
from annotations.search.filter import Filter
from worker.clusters.job import cluster_objects


class Command(SiteCommand):
    help = "Puts the objects of a project that nobody settled into clusters of what is alike, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument(
            "--smallest",
            type=int,
            default=SMALLEST,
            help="objects in the smallest cluster of the first round; halved in each, down to 16",
        )

    def handle(self, *, project: str, smallest: int, **options: Any) -> None:
        row = project_named(project)
        params = clustering_params(project=row, criteria=Filter(), smallest=smallest)
        run_here(cluster_objects, self.stdout, kind="cluster_objects", project=row, params=params)
