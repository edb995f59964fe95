"""What a project of the server consists of, asked once before its objects: columns, samples, acquisitions, people."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from annotations.imports.ecotaxa.columns import CELL_READERS
from annotations.pulls.errors import NotThere
from annotations.pulls.server import EcotaxaServer

PARALLEL = 4  # requests under way at once
COLUMNS_OF = {
    "object": "obj_free_cols",
    "sample": "sample_free_cols",
    "acq": "acquisition_free_cols",
    "process": "process_free_cols",
}
MEMBERS = ("managers", "annotators", "viewers")


@dataclass
class PullPlan:
    """Plain data: it is written beside what is fetched, so that who goes on finds the same."""

    project: int
    title: str
    columns: dict[str, dict[str, bool]]  # level → free column → whether it holds numbers
    samples: list[dict[str, Any]]  # number, name, fields; in the order in which they are fetched
    acquisitions: dict[str, dict[str, Any]] = field(default_factory=dict)  # by number
    people: dict[str, list[str]] = field(default_factory=dict)  # name and e-mail by number
    objects: int = 0  # when it began
    left_out: list[str] = field(default_factory=list)  # columns that have the name of another one

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, note: dict[str, Any]) -> Self:
        return cls(**note)


def plan_of(server: EcotaxaServer, project: int, check: Callable[[], None]) -> PullPlan:
    """Asks the server; `check` raises where the work should stop."""
    described = server.project(project)
    columns, left_out = _columns(described)
    plan = PullPlan(
        project,
        str(described.get("title") or f"EcoTaxa {project}"),
        columns,
        _samples(server.samples(project)),
        people=_members(described),
        objects=server.objects(project, None, (), 0, 1).get("total_ids", 0),
        left_out=left_out,
    )
    check()
    plan.acquisitions = _acquisitions(server, project, check)
    return plan


def _columns(described: dict[str, Any]) -> tuple[dict[str, dict[str, bool]], list[str]]:
    """Without those that would be taken for a column that every table has."""
    columns: dict[str, dict[str, bool]] = {}
    left_out = []
    for level, key in COLUMNS_OF.items():
        named = {name: place[:1] == "n" for name, place in (described.get(key) or {}).items()}
        columns[level] = {name: is_number for name, is_number in named.items() if _is_free(level, name)}
        left_out += [f"{level}_{name}" for name in named if name not in columns[level]]
    return columns, left_out


def _is_free(level: str, name: str) -> bool:
    return f"{level}_{name}".lower() not in {*CELL_READERS, "object_link"}


def _samples(answer: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [
        {
            "number": int(row["sampleid"]),  # a file is called by it
            "name": str(row.get("orig_id") or ""),
            "fields": _texts(row.get("free_columns"), dataportal_descriptor=row.get("dataportal_descriptor")),
        }
        for row in answer
    ]
    return sorted(rows, key=lambda row: row["number"])


def _acquisitions(
    server: EcotaxaServer, project: int, check: Callable[[], None]
) -> dict[str, dict[str, Any]]:
    rows = server.acquisitions(project)

    def with_process(row: dict[str, Any]) -> dict[str, Any]:
        check()
        return _acquisition(row, _process(server, int(row["acquisid"])))

    with ThreadPoolExecutor(PARALLEL) as pool:
        return {
            str(row["acquisid"]): each for row, each in zip(rows, pool.map(with_process, rows), strict=True)
        }


def _acquisition(row: dict[str, Any], process: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": str(row.get("orig_id") or ""),
        "instrument": str(row.get("instrument") or ""),
        "fields": _texts(row.get("free_columns")),
        "process": str(process.get("orig_id") or ""),
        "process_fields": _texts(process.get("free_columns")),
    }


def _process(server: EcotaxaServer, number: int) -> dict[str, Any]:
    """Empty where the acquisition has none."""
    try:
        return server.process(number)
    except NotThere:
        return {}


def _members(described: dict[str, Any]) -> dict[str, list[str]]:
    people = [person for role in MEMBERS for person in described.get(role) or []]
    return {str(each["id"]): [str(each.get("name") or ""), str(each.get("email") or "")] for each in people}


def _texts(columns: dict[str, Any] | None, **more: Any) -> dict[str, str]:
    values = {**(columns or {}), **more}
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
