"""Corrections of outlines as the API and pages list them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.projects.models import Role
from annotations.scans.corrections.models import CorrectionKind, OutlineCorrection
from annotations.scans.models import Scan
from annotations.scans.viewport import shapes_of

A_PAGE = 50
MOST_OF_ONE = 50  # corrections of one object that its panel lists


def page_of_corrections(scan: Scan, before: int | None) -> tuple[list[OutlineCorrection], int | None]:
    """The newest first, behind the one of that number; and the number behind which the next page begins."""
    corrections = _listed(OutlineCorrection.objects.filter(scan=scan))
    page = list((corrections.filter(pk__lt=before) if before else corrections)[: A_PAGE + 1])
    return page[:A_PAGE], page[A_PAGE - 1].pk if len(page) > A_PAGE else None


def open_correction(scan: Scan, correction_id: int) -> OutlineCorrection:
    """Raises Http404."""
    correction = _with_people(OutlineCorrection.objects.filter(scan=scan)).filter(pk=correction_id).first()
    if correction is None:
        raise Http404("There is no such correction of this scan.")
    return correction


def corrections_of(object_id: int, project_id: int) -> list[OutlineCorrection]:
    """Of one object in that project, the newest first."""
    of_object = OutlineCorrection.objects.filter(object_ids__contains=[object_id], project=project_id)
    return list(_listed(of_object)[:MOST_OF_ONE])


def _listed(corrections: QuerySet[OutlineCorrection]) -> QuerySet[OutlineCorrection]:
    """The newest first, without outlines: of two hundred objects they are megabytes."""
    return _with_people(corrections).defer("before", "after").order_by("-pk")


def _with_people(corrections: QuerySet[OutlineCorrection]) -> QuerySet[OutlineCorrection]:
    return corrections.select_related("author", "undone_by")


def in_words(correction: OutlineCorrection) -> str:
    count = len(correction.object_ids)  # those that were there and those that it made
    match correction.kind:
        case CorrectionKind.CUT:
            return f"1 object cut into {count}"
        case CorrectionKind.MERGE:
            return f"{count} objects merged into 1"
        case CorrectionKind.DELETE:
            return f"{count} object{'' if count == 1 else 's'} deleted"
        case CorrectionKind.DRAW:
            return "1 object drawn"
        case _:
            return "1 object drawn anew"


def outcome_of(correction: OutlineCorrection) -> dict[str, Any]:
    """What whoever corrected, or took it back, is told: the objects as they lie on the scan now, and which are gone."""
    before, after = (_ids(states) for states in (correction.before, correction.after))
    here, removed = (before, after - before) if correction.undone else (after, before - after)
    return {
        "id": correction.pk,
        "kind": correction.kind,
        "words": in_words(correction),
        "objects": shapes_of(correction.scan, sorted(here)),
        "removed": sorted(removed),
    }


def _ids(states: list[dict[str, Any]]) -> set[int]:
    return {state["id"] for state in states}


def may_undo(correction: OutlineCorrection, user: User, role: Role) -> bool:
    """One's own, and an expert also those of others."""
    is_own = correction.author_id == user.pk and role.rank >= Role.ANNOTATOR.rank
    return is_own or role.rank >= Role.EXPERT.rank


def serialize_correction(correction: OutlineCorrection, user: User, role: Role) -> dict[str, Any]:
    undone = {"who": _name(correction.undone_by), "when": correction.undone} if correction.undone else None
    return {
        "id": correction.pk,
        "kind": correction.kind,
        "words": in_words(correction),
        "author": _name(correction.author),
        "created": correction.created,
        "undone": undone,
        "may_undo": not undone and may_undo(correction, user, role),
        "objects": correction.object_ids,
    }


def _name(user: Any) -> str | None:
    return user.display_name if user else None
