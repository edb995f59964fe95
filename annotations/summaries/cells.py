"""Rows of a table as its page shows them: every number with the address of its objects."""

from annotations.common.plots.intervals import Interval
from annotations.summaries.links import Links
from annotations.traits.tables import FIGURES


def shown_row(row: dict, links: Links) -> dict:
    where = links.of_row(row)
    return {
        **row,
        "cells": [
            {"name": "Objects", "count": row["objects"], "url": links.to(where)},
            {"name": "Looked at", "count": row["looked_at"], "url": links.to(where, "=any")},
            {"name": "Not visible", "count": row["hidden"], "url": links.to(where, "=hidden")},
        ],
        "choices": [
            {**choice, "url": links.to(where, f"={choice['key']}"), "interval": _interval(choice)}
            for choice in row.get("choices", [])
        ],
        "figures": [(name, row["figures"][name]) for name in FIGURES] if "figures" in row else [],
    }


def _interval(choice: dict) -> Interval | None:
    if choice["share"] is None:
        return None
    return Interval.of_shares(choice["share"], choice["low"], choice["high"])


def shown_bars(histogram: list[dict], links: Links) -> list[dict]:
    everything = dict(links.base)
    return [
        {**bar, "url": links.to(everything, f">={bar['low']!r}", f"<{bar['high']!r}")} for bar in histogram
    ]
