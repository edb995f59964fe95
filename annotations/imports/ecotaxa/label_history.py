"""The earlier labels of an object, in one cell: a JSON list, the oldest first.

EcoTaxa's packages have no such column; what comes out of EcoTaxa by its API is written with it.
"""

import json
from collections.abc import Mapping
from typing import Any

from annotations.imports import values
from annotations.imports.records import RecordLabel
from annotations.samples.models import State
from annotations.taxonomy.actions import TaxonName

MOST_LABELS = 1000
SHAPE = 'Write a JSON list of {"state", "category", "category_id", "lineage", "person", "email", "date", "score"}.'


def write_history(labels: list[dict[str, Any]]) -> str:
    """The cell, empty where there was no label before."""
    return json.dumps(labels, ensure_ascii=False, separators=(",", ":")) if labels else ""


def read_history(text: str) -> tuple[RecordLabel, ...]:
    """Raises ValueError, with a sentence, for what is no such list."""
    if not text:
        return ()
    try:
        entries = json.loads(text)
    except ValueError:
        raise ValueError(f"The history of labels is no JSON. {SHAPE}") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"The history of labels is no list of labels. {SHAPE}")
    if len(entries) > MOST_LABELS:
        raise ValueError(
            f"The history has {len(entries):,} labels, {MOST_LABELS:,} are the most. Shorten it."
        )
    return tuple(map(_label, entries))


def _label(entry: Mapping[str, Any]) -> RecordLabel:
    cells = {name: "" if value is None else str(value) for name, value in entry.items()}
    state = values.state(cells.get("state", ""))
    taxon = TaxonName(
        values.text_of(200)(cells.get("category", "")),
        values.lineage(cells.get("lineage", "")),
        values.whole(cells.get("category_id", "")),
    )
    if not state or not (taxon.name or taxon.ecotaxa_id is not None):
        raise ValueError(f"A label of the history has no state, or no category. {SHAPE}")
    return RecordLabel(
        State(state),
        taxon,
        values.share(cells.get("score", "")) if state == State.PREDICTED else None,
        annotator=values.text_of(150)(cells.get("person", "")),
        annotator_email=values.text_of(254)(cells.get("email", "")),
        labelled_at=values.moment(cells.get("date", "")),
    )
