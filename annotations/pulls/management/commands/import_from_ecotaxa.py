import getpass
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.common.command import SiteCommand
from annotations.imports.actions import import_package
from annotations.imports.import_options import import_params
from annotations.imports.modes import ImportMode
from annotations.imports.origins.places import Incoming
from annotations.jobs.foreground import run_here
from annotations.projects.actions import create_project
from annotations.projects.command import project_titled
from annotations.projects.models import Project
from annotations.pulls.actions import PullOptions, pull_params
from annotations.pulls.pace import RequestPace
from annotations.pulls.pull_job import import_options, pull_from
from annotations.pulls.server import USUAL, EcotaxaServer
from annotations.pulls.signing_in import signed_in_server

PASSWORD, TOKEN = "SESTON_ECOTAXA_PASSWORD", "SESTON_ECOTAXA_TOKEN"


class Command(SiteCommand):
    help = (
        "Fetches a project of an EcoTaxa server by its API and imports it. The password is asked for, or read from "
        f"{PASSWORD}; {TOKEN} may hold a token instead. What was fetched stays until it is imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="the number of the project on the EcoTaxa server")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project here")
        parser.add_argument("--user", required=True, metavar="NAME", help="who imports")
        parser.add_argument("--server", default=USUAL, help="address of the EcoTaxa server")
        parser.add_argument("--account", default="", help="e-mail of the account there")
        parser.add_argument("--mode", choices=ImportMode.values, default=ImportMode.BOTH.value)
        parser.add_argument("--no-history", action="store_true", help="leave out earlier labels")
        parser.add_argument(
            "--no-labels", action="store_true", help="leave labels of what is here already as they are"
        )
        parser.add_argument("--dry-run", action="store_true", help="only fetch and check")
        parser.add_argument(
            "--create-taxa", action="store_true", help="create the taxa that the site does not know"
        )
        parser.add_argument(
            "--pixel-unit", choices=["um", "mm"], default="", help="of pixel sizes without one"
        )

    def handle(
        self,
        *,
        number: int,
        project: str,
        user: str,
        server: str,
        account: str,
        no_history: bool,
        no_labels: bool,
        **options: Any,
    ) -> None:
        owner = User.objects.filter(username=user).first()
        if owner is None:
            raise CommandError(f"There is no user {user!r}.")
        names = ("mode", "dry_run", "create_taxa", "pixel_unit")
        chosen = PullOptions(
            history=not no_history, annotations=not no_labels, **{name: options[name] for name in names}
        )
        remote = _signed_in(server, account)
        existing = project_titled(project)
        target = existing or create_project(title=project, owner=owner)
        try:
            self._bring(remote, target, owner, number, chosen)
        finally:
            if existing is None and not target.samples.exists():
                target.delete()  # nothing came

    def _bring(
        self, remote: EcotaxaServer, project: Project, owner: User, number: int, chosen: PullOptions
    ) -> None:
        params = pull_params(remote, number, chosen, f"command-{project.pk}-{number}")
        run_here(
            lambda job, progress: pull_from(remote, job, progress),
            self.stdout,
            kind="pull_ecotaxa",
            project=project,
            params=params,
            owner=owner,
        )
        incoming = Incoming(Path(params["folder"]), params["name"])
        imported = import_params(project, incoming, import_options(params))
        run_here(
            import_package, self.stdout, kind="import_package", project=project, params=imported, owner=owner
        )


def _signed_in(address: str, account: str) -> EcotaxaServer:
    token = os.environ.get(TOKEN, "")
    password = "" if token else os.environ.get(PASSWORD) or getpass.getpass(f"Password of {account}: ")
    try:
        server = signed_in_server(address=address, account=account, password=password, token=token)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return EcotaxaServer(server.address, server.token, RequestPace())
