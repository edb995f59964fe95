from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.taxonomy.imports import import_taxa
from annotations.taxonomy.tables import FORMATS


class Command(SiteCommand):
    help = (
        "Imports a table of taxa into the site's tree: EcoTaxa's taxonomy export, or Darwin Core as of WoRMS."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the table: TSV or CSV, in UTF-8")
        parser.add_argument(
            "--format", choices=list(FORMATS), default="", help="found by the columns if not given"
        )
        parser.add_argument("--dry-run", action="store_true", help="only check the table")

    def handle(self, *, path: Path, format: str, dry_run: bool, **options: object) -> None:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        params = {"path": str(path.absolute()), "name": path.name, "format": format, "dry_run": dry_run}
        run_here(import_taxa, self.stdout, kind="import_taxa", project=None, params=params)
