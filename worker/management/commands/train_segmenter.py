from dataclasses import replace

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named
from annotations.projects.models import Project
from annotations.scans.models import Scan
from annotations.scans.queries import scans_of
from annotations.scans.segmenters.accuracy import sentence_of
from annotations.scans.segmenters.declaring import SegmenterKind
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.starting import JOB_KIND, new_segmenter
from annotations.scans.segmenters.unet import UNET
from classifier.contract.arguments import add_settings
from classifier.contract.settings import Setting
from worker.segmenters.training import train_segmenter


class Command(SiteCommand):
    help = "Trains a U-Net or a detector on scans of a project, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TITLE")
        parser.add_argument(
            "--scan", action="append", required=True, metavar="NAME", help="file name; may be repeated"
        )
        parser.add_argument("--hold-out", metavar="NAME", help="scan to measure it on; else the last")
        parser.add_argument(
            "--least-per-taxon", type=int, metavar="N", help="tell taxa of N validated objects apart"
        )
        parser.add_argument("--name", default="", help="name of the segmenter")
        parser.add_argument("--kind", choices=KINDS, default=UNET.name, help="what learns (%(default)s)")
        add_settings(parser, _all_settings().values(), keeps_unset=True)

    def handle(self, **options) -> None:
        project = project_named(options["project"])
        try:
            segmenter = new_segmenter(
                user=None,
                project=project,
                scans=[_scan_named(project, name) for name in options["scan"]],
                held_out=_scan_named(project, options["hold_out"]) if options["hold_out"] else None,
                kind=options["kind"],
                least_per_taxon=options["least_per_taxon"],
                name=options["name"],
                settings={name: options[name] for name in _all_settings() if options[name] is not None},
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        params = {"segmenter": segmenter.pk}
        run_here(train_segmenter, self.stdout, kind=JOB_KIND, project=project, params=params)
        segmenter.refresh_from_db()
        self.stdout.write(f"Segmenter {segmenter.pk}, {segmenter.name}: {sentence_of(segmenter)}")


def _all_settings() -> dict[str, Setting]:
    """Of every kind; one that several take has the bounds of all, and its kind checks it more closely."""
    names = dict.fromkeys(name for kind in KINDS.values() for name in kind.settings)
    return {name: _of_all_kinds([k for k in KINDS.values() if name in k.settings], name) for name in names}


def _of_all_kinds(kinds: list[SegmenterKind], name: str) -> Setting:
    declared = [kind.settings[name] for kind in kinds]
    least, most = min(one.least for one in declared), max(one.most for one in declared)
    return replace(declared[0], default=None, help=_help(kinds, declared), least=least, most=most)


def _help(kinds: list[SegmenterKind], declared: list[Setting]) -> str:
    """Once where all kinds say the same, else what each says, with its default."""
    texts = [f"{one.help} ({one.default})" for one in declared]
    if len(kinds) == len(KINDS) and len(set(texts)) == 1:
        return texts[0]
    return "; ".join(f"{kind.name}: {text}" for kind, text in zip(kinds, texts, strict=True))


def _scan_named(project: Project, name: str) -> Scan:
    """Raises CommandError where the project has none of that name, or several."""
    scans = list(scans_of(project).filter(parent__file_name=name)[:2])
    if len(scans) != 1:
        raise CommandError(f"{project.title} has {'several scans' if scans else 'no scan'} called {name}.")
    return scans[0]
