from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.learning.models import Backbone, Model
from annotations.similarity.embedding import embed_all_projects


class Command(SiteCommand):
    help = (
        "Lets a model or a backbone look at all objects of all projects that it has not embedded: "
        "a job a project, listed under Jobs; the workers do them. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--backbone", type=int, metavar="NUMBER", help="number of a backbone")
        source.add_argument("--model", type=int, metavar="NUMBER", help="number of a model")

    def handle(self, *, backbone: int | None, model: int | None, **options: object) -> None:
        kind, number = (Model, model) if backbone is None else (Backbone, backbone)
        source = kind.objects.filter(pk=number or 0).first()
        if source is None:
            raise CommandError(f"There is no {kind._meta.verbose_name} {number}.")
        try:
            jobs = embed_all_projects(user=None, source=source)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        for job in jobs:
            self.stdout.write(f"job {job.pk}: {job.project}")
        self.stdout.write(f"{source.name} looks at {len(jobs)} projects.")
