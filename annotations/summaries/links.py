"""From a cell of a table into the gallery: the filter that shows exactly the objects that the cell counts."""

from urllib.parse import urlencode

from django.urls import reverse

from annotations.samples.models import Sun
from annotations.summaries.table_query import Question


class Links:
    """Addresses of the objects behind the cells of one table."""

    def __init__(self, question: Question):
        self.asked = question.asked
        self.key = question.asked.trait.key
        self.base = question.wanted.as_dict()
        self.bench = reverse("gallery:bench", args=[question.asked.trait.project_id])
        self.states = f"{self.key}={','.join(state.word for state in self.asked.states)}"

    def of_row(self, row: dict) -> dict | None:
        """The filter of a row; None where no filter can ask for it, as for what was taken nobody knows when."""
        found = dict(self.base)
        for entry in row["group"]:
            narrower = self._narrower(entry["by"], entry["key"])
            if narrower is None:
                return None
            found |= narrower
        return found

    def to(self, row_filter: dict | None, *comparisons: str) -> str | None:
        """`=yes`, `>=10`: of the table's trait. Without, all objects to which it applies."""
        if row_filter is None:
            return None
        asked = [f"{self.key}{comparison}" for comparison in ("=applies", *comparisons)]
        wanted = {**row_filter, "trait": [*row_filter.get("trait", []), *asked]}
        if comparisons:
            wanted["trait_state"] = [*row_filter.get("trait_state", []), self.states]
        return f"{self.bench}?{urlencode(wanted, doseq=True)}"

    def _narrower(self, by: str, key: int | str | None) -> dict | None:
        if by == "taxon":
            is_whole = self.asked.rolls_up and key is not None
            return {"taxon": ["none" if key is None else key], "descendants": int(is_whole)}
        if key is None:
            return None
        if by == "depth":
            return {"depth": self._depths(int(key))}
        return {by: [Sun(str(key)).name.lower() if by == "sun" else key]}

    def _depths(self, low: int) -> str:
        """The bin, within what the table was narrowed to."""
        high = low + self.asked.depth_m
        if "depth" not in self.base:
            return f"{low}:{high}"
        first, _, last = self.base["depth"].partition(":")
        return f"{max(low, float(first))!r}:{min(high, float(last))!r}"
