"""Sentences for people about names that were settled."""

from collections.abc import Sequence

from annotations.taxon_matching.actions import Decision, traits_without
from annotations.taxon_matching.models import PendingName, Settling
from annotations.traits.models import Trait


def what_was_settled(settling: Settling, decisions: Sequence[Decision]) -> str:
    if len(decisions) == 1:
        return _one(settling, decisions[0])
    names = f"{len(decisions):,} names are"
    if settling.job is None:
        return f"{names} refused: their objects stay unclassified.{_left(settling, decisions)}"
    return f"{names} settled; job {settling.job.pk} labels their objects.{_applied(settling, 'their taxa')}"


def _one(settling: Settling, decision: Decision) -> str:
    pending = decision.pending
    if settling.job is None:
        return f"{pending} is refused: its objects stay unclassified.{_left(settling, [decision])}"
    became = "made" if decision.act == "create" else pending.taxon
    return f"{pending} is {became}; job {settling.job.pk} labels its objects.{_applied(settling, 'it')}"


def what_was_taken_back(settling: Settling, names: Sequence[PendingName]) -> str:
    if len(names) == 1:
        return (
            f"{names[0]} waits again." if names[0].taxon is None else f"{names[0]} is {names[0].taxon} again."
        )
    return f"{len(names):,} names are as they were."


def _applied(settling: Settling, to: str) -> str:
    names = [note["name"] for note in settling.traits]
    return f" {', '.join(names)} {'applies' if len(names) == 1 else 'apply'} to {to}." if names else ""


def _left(settling: Settling, decisions: Sequence[Decision]) -> str:
    """What becomes of traits whose names were refused."""
    traits = traits_without([decision.pending.pk for decision in decisions], settling.project)
    return "".join(_without(trait) for trait in traits)


def _without(trait: Trait) -> str:
    if trait.applies_to:
        return f" {trait.name} applies to its other taxa only."
    return f" {trait.name} applies to no object: give it a taxon, or retire it."
