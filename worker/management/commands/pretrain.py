import json

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.backbones.actions import new_backbone
from annotations.projects.command import project_named
from classifier.contract.arguments import add_settings
from classifier.contract.pretraining import PRETRAIN_OFFERED
from worker.learning.pretraining import pretrain_backbone


class Command(SiteCommand):
    help = "Pretrains a backbone on the images of projects, without labels, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--project", action="append", required=True, metavar="TITLE", help="may be repeated"
        )
        parser.add_argument(
            "--filter", default="{}", metavar="JSON", help="only these objects, as the API takes a filter"
        )
        parser.add_argument("--name", default="", help="name of the backbone")
        add_settings(parser, PRETRAIN_OFFERED.values(), keeps_unset=True)

    def handle(self, **options) -> None:
        projects = [project_named(title) for title in options["project"]]
        chosen = {name: options[name] for name in PRETRAIN_OFFERED if options[name] is not None}
        try:
            backbone = new_backbone(
                projects=projects,
                filter_json=json.loads(options["filter"]),
                name=options["name"],
                settings=chosen,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ValueError as error:
            raise CommandError(f"--filter is no JSON: {error}") from error
        params = {"backbone": backbone.pk}
        run_here(pretrain_backbone, self.stdout, kind="pretrain", project=projects[0], params=params)
        backbone.refresh_from_db()
        self.stdout.write(f"Backbone {backbone.pk}, {backbone.name}")
        for key in ("knn_accuracy", "linear_accuracy"):
            if key in backbone.metrics:
                self.stdout.write(f"  {key:18} {backbone.metrics[key]:.3f}")
