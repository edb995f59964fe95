from pathlib import Path

from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from annotations.exports.actions import export_project
from annotations.exports.registry import all_options, format_named, formats
from annotations.exports.request import ImageChoice
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named


class Command(SiteCommand):
    help = "Writes a project as an EcoTaxa package, or as another of the formats."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="the zip to write")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--format", choices=list(formats()), default="ecotaxa", help="default: ecotaxa")
        parser.add_argument(
            "--images", choices=[choice.value for choice in ImageChoice], default="all", help="default: all"
        )
        parser.add_argument("--no-images", action="store_true", help="tables only, as --images none")
        parser.add_argument(
            "--rendered",
            action="store_true",
            help="pictures as pages show them (8 bits, upright), not as they came in",
        )
        for option in all_options().values():
            choices = [value for value in option.choices if value] or None
            flag = f"--{option.name.replace('_', '-')}"
            parser.add_argument(flag, choices=choices, default="", help=f"{option.label}. {option.help}")

    def handle(
        self,
        *,
        out: Path,
        project: str,
        format: str,
        images: str,
        no_images: bool,
        rendered: bool,
        **options: object,
    ) -> None:
        exported = project_named(project)
        option_texts = {name: str(options[name] or "") for name in all_options()}
        params = {
            "format": format,
            "images": "none" if no_images else images,
            "emails": True,
            "rendered": rendered,
            "options": format_named(format).read_options(option_texts),
            "filter": {},
            "out": str(out.absolute()),
        }
        run_here(export_project, self.stdout, kind="export_project", project=exported, params=params)
