"""A table as CSV and as JSON, row by row: a large one is never whole in memory."""

from collections.abc import Iterator

import orjson
from django.http import StreamingHttpResponse

from annotations.common.spreadsheet import csv_blocks, in_blocks
from annotations.summaries.table_query import TableQuery
from annotations.traits.tables import FIGURES
from annotations.traits.vocabulary import current_version
from classifier.contract.traits import TraitKind


def as_csv(question: TableQuery) -> StreamingHttpResponse:
    spec = question.spec
    name = f"traits_{spec.trait.project_id}_{spec.trait.key}_by_{'_'.join(spec.by)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        csv_blocks(_table(question)),
        content_type="text/csv; charset=utf-8",
        headers=headers,
    )


def as_json(question: TableQuery) -> StreamingHttpResponse:
    return StreamingHttpResponse(in_blocks(_json(question)), content_type="application/json")


def _table(question: TableQuery) -> Iterator[list]:
    yield _head(question)
    for row in question.rows():
        yield _cells(question, row)


def _head(question: TableQuery) -> list[str]:
    """The columns: what the row is of, how many objects, then the shares or figures of the trait's kind."""
    trait, kind = question.spec.trait, TraitKind(question.spec.trait.kind)
    head = [f"{by}{part}" for by in question.spec.by for part in ("", "_key")]
    head += ["trait", "objects", "looked_at", "not_visible", "seen"]
    if kind.is_chosen:
        head += [f"{c['key']}{part}" for c in trait.choices for part in ("", "_share", "_low", "_high")]
    return head + (["unit", *FIGURES] if kind.is_number else [])


def _cells(question: TableQuery, row: dict) -> list:
    cells = [entry[part] for entry in row["group"] for part in ("name", "key")]
    cells += [question.spec.trait.key, row["objects"], row["looked_at"], row["hidden"], row["seen"]]
    for choice in row.get("choices", []):
        cells += [choice["count"], choice["share"], choice["low"], choice["high"]]
    if "figures" in row:
        cells += [question.spec.trait.unit, *(row["figures"][name] for name in FIGURES)]
    return cells


def _json(question: TableQuery) -> Iterator[bytes]:
    spec = question.spec
    version = current_version(spec.trait.project_id)
    about = {
        "trait": spec.trait.key,
        "unit": spec.trait.unit,
        "by": spec.by,
        "states": [state.word for state in spec.states],
        "vocabulary": version.number if version else None,
    }
    yield orjson.dumps(about)[:-1] + b',"rows":['
    for n, row in enumerate(question.rows()):
        yield (b",\n" if n else b"\n") + orjson.dumps(row)
    yield b"]}\n"
