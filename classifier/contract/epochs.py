"""How often a network sees each object where nobody says: the rule, without torch, so that a page can tell it, too."""

from classifier.contract.backbones import COMPACT

OBJECTS_SEEN, SEEN_BY_COMPACT = 300_000, 700_000  # what the automatic number of epochs aims at
FEWEST_EPOCHS, MOST_EPOCHS, MOST_FINE_TUNED = 10, 100, 15


def automatic_epochs(objects: int, fine_tuned: bool, network: str) -> int:
    """Small sets are seen more often, large ones less; what has learnt elsewhere needs fewer; a network that looks at
    several times as many pictures in a minute looks at more."""
    looks = SEEN_BY_COMPACT if network == COMPACT else OBJECTS_SEEN
    most = MOST_FINE_TUNED if fine_tuned else MOST_EPOCHS
    return min(max(round(looks / max(objects, 1)), FEWEST_EPOCHS), most)
