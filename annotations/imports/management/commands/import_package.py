from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.common.command import SiteCommand
from annotations.imports.actions import import_package
from annotations.imports.import_options import ImportOptions, import_params
from annotations.imports.mappings.queries import mapping_called
from annotations.imports.modes import ImportMode
from annotations.imports.origins.allowed import open_place
from annotations.imports.origins.places import Incoming
from annotations.imports.origins.urls import package_at
from annotations.imports.registry import all_options, formats
from annotations.jobs.foreground import run_here
from annotations.projects.actions import create_project
from annotations.projects.command import project_titled


class Command(SiteCommand):
    help = "Imports a package of any format (zip or folder) into a project, which is made if there is none."
    usual_format = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            default="",
            help="the package: a zip or a folder, with its pictures; with --folder or --bucket its path in there",
        )
        origin = parser.add_mutually_exclusive_group()
        for kind in ("folder", "bucket"):
            origin.add_argument(
                f"--{kind}",
                metavar="NAME",
                default="",
                help=f"the package lies in this {kind} of SESTON_IMPORT_{kind.upper()}S",
            )
        origin.add_argument("--url", default="", help="the package lies at this address")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--user", metavar="NAME", help="who imports; manages the project if it is made")
        parser.add_argument(
            "--mode",
            choices=ImportMode.values,
            default=ImportMode.ADD.value,
            help="add what is not here yet, update what is here to the package's values, or both; an empty cell of an "
            "update empties the value, a column that is missing leaves it",
        )
        parser.add_argument(
            "--annotations", action="store_true", help="an update takes the package's labels, too"
        )
        parser.add_argument(
            "--file-wins",
            action="store_true",
            help="with --annotations: its labels win also over what was decided here later than the file says",
        )
        parser.add_argument(
            "--mapping",
            default="",
            metavar="NAME",
            help="a saved mapping of the project, by which names are read",
        )
        parser.add_argument("--dry-run", action="store_true", help="only check the package")
        parser.add_argument(
            "--create-taxa",
            action="store_true",
            help="create the taxa that the site does not know; else their labels and traits wait on the page of names",
        )
        parser.add_argument(
            "--format",
            choices=list(formats()),
            default=self.usual_format,
            help="recognised by the files' names where it is left out",
        )
        for option in all_options().values():
            choices = [value for value in option.choices if value] or None
            flag = f"--{option.name.replace('_', '-')}"
            parser.add_argument(
                flag, choices=choices, default=option.default, help=f"{option.label}. {option.help}"
            )

    def handle(
        self,
        *,
        path: str,
        folder: str,
        bucket: str,
        url: str,
        project: str,
        user: str | None,
        mode: str,
        annotations: bool,
        file_wins: bool,
        mapping: str,
        dry_run: bool,
        create_taxa: bool,
        format: str,
        **options: Any,
    ) -> None:
        owner = self._owner(user)
        incoming = self._incoming(owner, path, {"folder": folder, "bucket": bucket}, url)
        existing = project_titled(project)
        chosen = existing or create_project(title=project, owner=owner)
        answers = ImportOptions(
            dry_run=dry_run,
            create_taxa=create_taxa,
            mode=mode,
            annotations=annotations,
            file_wins=file_wins,
            mapping=mapping_called(chosen, mapping).pk if mapping else None,
            format=format,
            of_format={name: options[name] for name in all_options()},
        )
        params = import_params(chosen, incoming, answers)
        try:
            run_here(
                import_package, self.stdout, kind="import_package", project=chosen, params=params, owner=owner
            )
        finally:
            if existing is None and not chosen.samples.exists():
                chosen.delete()  # a broken package leaves nothing behind

    @staticmethod
    def _incoming(owner: User | None, path: str, places: dict[str, str], url: str) -> Incoming:
        """Raises CommandError."""
        if url and path:
            raise CommandError("Give a path or --url, not both.")
        try:
            if url:
                return package_at(url)
            for kind, name in places.items():
                if name and owner is not None:
                    return open_place(owner, name, kind).package(path)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if any(places.values()):
            raise CommandError("Say by --user who imports from there: there is no administrator.")
        if not path:
            raise CommandError("Say which package: its path, --folder, --bucket or --url.")
        return Incoming(Path(path).absolute(), Path(path).name)

    @staticmethod
    def _owner(name: str | None) -> User | None:
        if name is None:
            return User.objects.filter(is_superuser=True).order_by("id").first()
        owner = User.objects.filter(username=name).first()
        if owner is None:
            raise CommandError(f"There is no user {name!r}.")
        return owner
