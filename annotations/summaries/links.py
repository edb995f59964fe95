"""From a cell of a table into the gallery: the filter that shows exactly the objects that the cell counts."""

from urllib.parse import urlencode

from django.urls import reverse

from annotations.regroupings.counted_taxa import NOT_GROUPED, CountedTaxa, group_text, narrowed_to
from annotations.samples.models import DayPhase
from annotations.summaries.table_query import TableQuery


class Links:
    """Addresses of the objects behind the cells of one table."""

    def __init__(self, question: TableQuery):
        self.spec = question.spec
        self.key = question.spec.trait.key
        self.counted = question.counted
        self.base = question.counted.as_dict() if question.counted else {}
        self.bench = reverse("gallery:bench", args=[question.spec.trait.project_id])
        self.states = f"{self.key}={','.join(state.word for state in self.spec.states)}"

    def of_row(self, row: dict) -> dict | None:
        """The filter of a row; None where no filter can ask for it, as for what was taken nobody knows when."""
        if self.counted is None:
            return None
        narrowed = dict(self.base)
        for entry in row["group"]:
            narrower = self._narrower(entry["by"], entry["key"])
            if narrower is None:
                return None
            narrowed |= narrower
        return narrowed

    def to(self, row_filter: dict | None, *comparisons: str) -> str | None:
        """`=yes`, `>=10`: of the table's trait. Without, all objects to which it applies."""
        if row_filter is None:
            return None
        of_trait = [f"{self.key}{comparison}" for comparison in ("=applies", *comparisons)]
        params = {**row_filter, "trait": [*row_filter.get("trait", []), *of_trait]}
        if comparisons:
            params["trait_state"] = [*row_filter.get("trait_state", []), self.states]
        return f"{self.bench}?{urlencode(params, doseq=True)}"

    def _narrower(self, by: str, key: int | str | None) -> dict | None:
        if by == "taxon" and self.spec.counted_taxa:
            return self._counted_taxa(key, self.spec.counted_taxa)
        if by == "taxon":
            is_whole = self.spec.rolls_up and key is not None
            return {"taxon": ["none" if key is None else key], "descendants": int(is_whole)}
        if key is None:
            return None
        if by == "depth":
            return {"depth": self._depths(int(key))}
        return {by: [DayPhase(str(key)).name.lower() if by == "sun" else key]}

    def _counted_taxa(self, key: int | str | None, counted_taxa: CountedTaxa) -> dict | None:
        """Of a group, of a taxon of the rank with all below it that is in no group, or of another by itself."""
        if isinstance(key, str):
            return self._of_groups(key)
        if key not in counted_taxa.ranked:
            return {"taxon": ["none" if key is None else key], "descendants": 0}
        of_none = group_text(counted_taxa.regrouping, NOT_GROUPED)
        apart = self._of_groups(of_none) if of_none else {}
        return None if apart is None or "taxon" in self.base else {"taxon": [key], "descendants": 1} | apart

    def _of_groups(self, text: str) -> dict | None:
        groups = narrowed_to([text], self.base.get("taxon_group"))
        return {"taxon_group": groups} if groups else None

    def _depths(self, low: int) -> str:
        """The bin, within what the table was narrowed to."""
        high = low + self.spec.depth_m
        if "depth" not in self.base:
            return f"{low}:{high}"
        first, _, last = self.base["depth"].partition(":")
        return f"{max(low, float(first))!r}:{min(high, float(last))!r}"
