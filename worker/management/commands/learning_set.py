from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.models import LearningSet
from annotations.learning.sets.actions import checked_recipe, new_set
from annotations.learning.sets.forms import filter_of
from annotations.learning.sets.recipe import LEAVE_OUT, PARENT
from annotations.projects.command import project_named
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of
from worker.learning.sets import freeze_learning_set

RECIPE_OPTIONS = (
    "least_per_taxon",
    "leave_out",
    "cap",
    "rest",
    "traits",
    "split",
    "seed",
    "duplicates",
    "machine_weight",
)


class Command(SiteCommand):
    help = "Freezes a learning set from the validated objects of one or several projects, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--project", action="append", required=True, metavar="TITLE", help="may be repeated"
        )
        parser.add_argument(
            "--filter",
            action="append",
            metavar="QUERY",
            help="as in the gallery's address, month=4&depth_max=100; the first is for the first project, and so on",
        )
        parser.add_argument("--name", default="", help="name of the set")
        parser.add_argument("--least-per-taxon", type=int, metavar="N", help="rarer taxa are not learnt (2)")
        parser.add_argument(
            "--rest", choices=[LEAVE_OUT, PARENT], help=f"what becomes of rarer taxa ({LEAVE_OUT})"
        )
        parser.add_argument(
            "--leave-out", action="append", type=int, metavar="ID", help="a taxon; may be repeated"
        )
        parser.add_argument(
            "--merge",
            action="append",
            metavar="ID:ID",
            help="learn the first taxon as the second; may be repeated",
        )
        parser.add_argument("--cap", type=int, metavar="N", help="at most so many objects of a taxon")
        parser.add_argument(
            "--trait", action="append", dest="traits", metavar="KEY", help="only these; may be repeated"
        )
        parser.add_argument("--split", choices=["sample", "object"], help="what stays together (sample)")
        parser.add_argument(
            "--keep-duplicates",
            action="store_false",
            dest="duplicates",
            default=None,
            help="do not look for them",
        )
        parser.add_argument(
            "--machine-weight",
            type=float,
            metavar="W",
            help="what a machine-validated object counts for in training, beside 1 of a validated one (0: left out)",
        )
        parser.add_argument("--seed", type=int, help="the same seed draws and splits alike (0)")

    def handle(self, *, project: list[str], name: str, **options) -> None:
        projects = [project_named(title) for title in project]
        try:
            recipe = checked_recipe(self._recipe(projects, options), None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        created = new_set(recipe=recipe, name=name)
        run_here(
            freeze_learning_set,
            self.stdout,
            kind="freeze_set",
            project=projects[0],
            params={"learning_set": created.pk},
        )
        created.refresh_from_db()
        self._report(created)

    def _report(self, made: LearningSet) -> None:
        self.stdout.write(f"Learning set {made.pk}, {made.name}")
        self.stdout.write(f"  {'taxon':30} {'train':>8} {'tune':>8} {'test':>8}")
        names = names_of({entry["taxon"] for entry in made.facts["per_taxon"]})
        for entry in made.facts["per_taxon"]:
            counts = " ".join(f"{entry[fold]:8,}" for fold in ("train", "tune", "test"))
            self.stdout.write(f"  {names[entry['taxon']]:30} {counts}")
        for warning in made.facts["warnings"]:
            self.stdout.write(f"  {warning}")

    @staticmethod
    def _recipe(projects: list[Project], options: dict) -> dict:
        filters = [filter_of(QueryDict(text), None) for text in options.get("filter") or []]
        filters += [{}] * (len(projects) - len(filters))
        chosen = {key: options.get(key) for key in RECIPE_OPTIONS if options.get(key) is not None}
        sources = [
            {"project": project.pk, "filter": filter_json}
            for project, filter_json in zip(projects, filters, strict=True)
        ]
        merge = dict(pair.partition(":")[::2] for pair in options.get("merge") or [])
        return {"projects": sources, "merge": merge, **chosen}
