"""`python -m classifier unpack INSTRUMENT FOLDER OUT`."""

import argparse
import sys
from pathlib import Path

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import instruments
from classifier.instruments.files import open_files
from classifier.instruments.unpacking.done import NAME as DONE
from classifier.instruments.unpacking.run import AUTO, Unpacked, chosen_instrument, unpack

MOST_NAMED = 1000


def add_unpack(parser: argparse.ArgumentParser) -> None:
    every = instruments()
    parser.add_argument(
        "instrument", choices=[AUTO, *every], help="whose files these are; auto: as their names say"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder, with all below it, or a zip")
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="folder of the packages; an interrupted run goes on there"
    )
    parser.add_argument(
        "--folders", action="store_true", help="a folder a package, not a zip: OUT is one package as a whole"
    )
    options = {option.name: option for each in every.values() for option in each.options}
    for option in options.values():
        parser.add_argument(
            f"--{option.name.replace('_', '-')}",
            default=option.default,
            choices=list(option.choices) or None,
            help=f"{option.label}. {option.help}".replace("%", "%%"),
        )
    parser.set_defaults(verb=_unpack)


def _unpack(options: argparse.Namespace) -> None:
    with open_files(options.folder) as files:
        instrument = chosen_instrument(options.instrument, files)
        answers = {option.name: getattr(options, option.name) for option in instrument.options}
        notes = instrument.assumptions(answers)
        total = unpack(instrument, files, options.out, answers, options.folders, _say)
    _report(total, options.out, notes)


def _say(parts: int, of: int, vignettes: int, seconds: float) -> None:
    rate = f", {vignettes / seconds:,.0f} a second" if vignettes and seconds else ""
    sys.stderr.write(f"\r\x1b[K{parts:,} of {of:,} parts, {vignettes:,} objects{rate}")
    sys.stderr.flush()


def _report(total: Unpacked, out: Path, notes: list[str]) -> None:
    """Raises ClassifierError where anything was lost, so that the command fails, with all of it named before."""
    lines = [f"{'Note: ' if entry.warning else ''}{entry}" for entry in total.broken[:MOST_NAMED]]
    if len(total.broken) > MOST_NAMED:
        lines.append(f"… and {len(total.broken) - MOST_NAMED:,} more in {out / DONE}")
    if total.left_out:
        names = ", ".join(list(total.left_out)[:5])
        lines.append(
            f"Note: {len(total.left_out):,} columns more than EcoTaxa takes were left out: {names} …"
        )
    lines += [f"Note: {note}" for note in notes]
    sys.stderr.write("\n" + "".join(f"{line}\n" for line in lines))
    here = f", {total.present:,} were there already" if total.present else ""
    sys.stdout.write(f"{total.vignettes:,} objects of {total.parts:,} parts written to {out}{here}.\n")
    if total.errors:
        raise ClassifierError(
            f"{len(total.errors):,} files or lines could not be read: they are named above."
        )
