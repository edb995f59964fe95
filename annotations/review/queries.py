from annotations.gallery import queries as gallery
from annotations.gallery.filter import Filter
from annotations.samples.models import State

EXAMPLES = 8


def predicted_taxa(project_id: int) -> list[dict]:
    """Predicted taxa with how many objects wait, most first, each with its most certain vignettes."""
    counts = gallery.counts(project_id, Filter(state=(State.PREDICTED,)))
    counts.sort(key=lambda entry: -entry["count"])
    return [{**entry, "examples": _examples(project_id, entry["taxon"]["id"])} for entry in counts]


def _examples(project_id: int, taxon: int) -> list[dict]:
    wanted = Filter(taxon=(taxon,), descendants=False, state=(State.PREDICTED,))
    return gallery.page(project_id, wanted, "-score", EXAMPLES, with_fields=False).objects
