"""Labels as the server tells them, now and before, in the words of an EcoTaxa package."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotations.pulls.errors import EcotaxaRefused
from annotations.pulls.plan import PullPlan
from annotations.pulls.server import EcotaxaServer
from annotations.taxonomy.models import Taxon

STATES = {"P": "predicted", "V": "validated", "D": "dubious"}


@dataclass
class RemoteNames:
    """Taxa and people by their numbers on the server, each asked for once."""

    server: EcotaxaServer
    plan: PullPlan
    taxa: dict[int, dict[str, str]] = field(default_factory=dict)

    def learn_taxa(self, numbers: Iterable[int | None]) -> None:
        new = sorted({number for number in numbers if number is not None} - self.taxa.keys())
        if not new:
            return
        answer = self.server.taxa(new)
        by_aphia = _known_by_aphia(answer)
        self.taxa |= {taxon["id"]: _taxon(taxon, by_aphia) for taxon in answer}

    def taxon(self, number: int) -> dict[str, str]:
        """`category`, `category_id` and `lineage`; the number alone where the server does not know it any more."""
        return self.taxa.get(
            number, {"category": f"EcoTaxa {number}", "category_id": str(number), "lineage": ""}
        )

    def person(self, number: int | None) -> tuple[str, str]:
        """Name and e-mail, empty where nobody is named or may be known."""
        if number is None:
            return "", ""
        if str(number) not in self.plan.people:
            self.plan.people[str(number)] = self._name_and_email(number)
        name, email = self.plan.people[str(number)]
        return name, email

    def _name_and_email(self, number: int) -> list[str]:
        try:
            person = self.server.person(number)
        except EcotaxaRefused:
            return [f"EcoTaxa user {number}", ""]
        return [str(person.get("name") or ""), str(person.get("email") or "")]


def _taxon(taxon: Mapping[str, Any], by_aphia: Mapping[int, Taxon]) -> dict[str, str]:
    """As the server names it; as the site does where it has the same AphiaID and no such number of EcoTaxa."""
    here = by_aphia.get(taxon.get("aphia_id") or 0)
    if here is not None:
        return {"category": here.display_name, "category_id": "", "lineage": ""}
    return {
        "category": str(taxon.get("display_name") or taxon["name"]),
        "category_id": str(taxon["id"]),
        "lineage": ">".join(reversed(taxon.get("lineage") or [])),
    }


def _known_by_aphia(answer: list[dict[str, Any]]) -> dict[int, Taxon]:
    """Taxa of the site by their AphiaID, of those whose number in EcoTaxa nobody here has."""
    with_number = Taxon.objects.filter(ecotaxa_id__in=[taxon["id"] for taxon in answer])
    numbers = set(with_number.values_list("ecotaxa_id", flat=True))
    aphia_ids = [
        taxon["aphia_id"] for taxon in answer if taxon.get("aphia_id") and taxon["id"] not in numbers
    ]
    taxa = Taxon.objects.filter(aphia_id__in=aphia_ids)
    return {taxon.aphia_id: taxon for taxon in taxa if taxon.aphia_id}


def label_cells(values: Mapping[str, Any], names: RemoteNames) -> dict[str, str]:
    """Of the label that the object has; empty for one that waits to be classified."""
    state, taxon = STATES.get(values["obj.classif_qual"] or ""), values["obj.classif_id"]
    if state is None or taxon is None:
        return {}
    is_predicted = state == STATES["P"]
    name, email = ("", "") if is_predicted else names.person(values["obj.classif_who"])
    when = values["obj.classif_when"] or (values["obj.classif_auto_when"] if is_predicted else None)
    day, _, clock = str(when or "").replace(" ", "T").partition("T")
    named = names.taxon(taxon)
    return {
        "object_annotation_status": state,
        "object_annotation_category": named["category"],
        "object_annotation_category_id": named["category_id"],
        "object_annotation_hierarchy": named["lineage"],
        "object_annotation_person_name": name,
        "object_annotation_person_email": email,
        "object_annotation_date": day,
        "object_annotation_time": clock,
        "object_seston_score": cell(values["obj.classif_auto_score"]) if is_predicted else "",
    }


def past_labels(history: list[dict[str, Any]], names: RemoteNames) -> list[dict[str, Any]]:
    """For `write_history`: the oldest first, without those that say no taxon or another state than is known here."""
    rows = [row for row in history if row.get("classif_qual") in STATES and row.get("classif_id") is not None]
    return [
        _past_label(row, names) for row in sorted(rows, key=lambda row: str(row.get("classif_date") or ""))
    ]


def _past_label(row: Mapping[str, Any], names: RemoteNames) -> dict[str, Any]:
    is_predicted = row["classif_qual"] == "P"
    name, email = ("", "") if is_predicted else names.person(row.get("classif_who"))
    return {
        "state": row["classif_qual"],
        **names.taxon(row["classif_id"]),
        "person": name or (not is_predicted and row.get("user_name")) or "",
        "email": email,
        "date": row.get("classif_date") or "",
        "score": row.get("classif_score") if is_predicted else None,
    }


def cell(value: Any) -> str:
    """Text on one line: what a table holds."""
    return "" if value is None else " ".join(str(value).split())
