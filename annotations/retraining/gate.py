"""Whether a new model may take the place of a project's own: only where it is certainly better on the same objects."""

from dataclasses import dataclass, field

from annotations.learning.common_objects import common_objects
from annotations.learning.comparing import FEW_OBJECTS, differences_to_first
from annotations.learning.models import Model
from annotations.learning.taxon_counts import TaxonCounts

DECISIVE = "accuracy"
NEVER_WORSE = "macro_f1"  # rare taxa are not given away for frequent ones
WORDS = {"accuracy": "Accuracy", "macro_f1": "macro-F1"}


@dataclass(frozen=True)
class GateDecision:
    """`figures` holds `objects` and, of each figure, its `difference` to the former model with the 95 % `interval`."""

    is_better: bool
    words: str
    figures: dict = field(default_factory=dict)


def decide(former: Model, model: Model) -> GateDecision:
    """On the objects in the test folds of both, of taxa that both know."""
    common, _ = common_objects([former, model])
    if len(common) < FEW_OBJECTS:
        words = f"Both were tested on {len(common):,} of the same objects; it takes {FEW_OBJECTS} to tell models apart."
        return GateDecision(False, words, {"objects": len(common)})
    counts = TaxonCounts(common)
    whole, drawn = counts.figures(counts.once()), counts.drawn(seed=0)
    differences = differences_to_first(1, whole, drawn, counts.drawn_at_once)
    figures = {"objects": len(common), **{name: differences[name] for name in (DECISIVE, NEVER_WORSE)}}
    accuracy, macro_f1 = (_in_words(name, differences[name]) for name in (DECISIVE, NEVER_WORSE))
    if not differences[DECISIVE]["interval"][0] > 0:
        return GateDecision(False, f"{accuracy}: that may be chance, or worse.", figures)
    if differences[NEVER_WORSE]["interval"][1] < 0:
        return GateDecision(False, f"{accuracy}, but {macro_f1}: rare taxa lose.", figures)
    return GateDecision(True, f"{accuracy}, {macro_f1}.", figures)


def _in_words(name: str, entry: dict) -> str:
    low, high = entry["interval"]
    difference = f"{entry['difference']:+.3f} ({low:+.3f} to {high:+.3f})".replace("-", "−")
    return f"{WORDS[name]} {difference}"
