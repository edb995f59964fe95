import json
from pathlib import Path

from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from annotations.projects.models import Project
from benchmarks.at_size import at_sizes
from benchmarks.measure import (
    checks_alone,
    exports_alone,
    imports_alone,
    labels_alone,
    measure,
    reading_alone,
    refits_alone,
    tables_alone,
)

ALONE = {
    "checks": checks_alone,
    "exports": exports_alone,
    "imports": imports_alone,
    "labels": labels_alone,
    "reading": reading_alone,
    "refits": refits_alone,
    "tables": tables_alone,
}
SIZES = [100_000, 1_000_000]


class Command(SiteCommand):
    help = "Measures imports, pages, labels and predictions, and writes bench.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--objects",
            type=int,
            nargs="+",
            default=[],
            help="sizes of the project, the largest of one part alone",
        )
        parser.add_argument("--out", type=Path, default=Path("bench.json"), help="file to write (bench.json)")

        parser.add_argument("--only", choices=ALONE, help="one part of it alone")
        parser.add_argument(
            "--projects",
            type=int,
            nargs="+",
            default=[],
            metavar="N",
            help="numbers of projects that are there, from small to large, whose figures are compared instead",
        )

    def handle(
        self, *, objects: list[int], out: Path, only: str | None, projects: list[int], **options: object
    ) -> None:
        if projects:
            figures = at_sizes([Project.objects.get(pk=pk) for pk in projects])
        else:
            figures = ALONE[only](*sorted(objects)[-1:]) if only else measure(sorted(objects or SIZES))
        out.write_text(json.dumps(figures, indent=1) + "\n")
        self.stdout.write(f"{out} written.")
