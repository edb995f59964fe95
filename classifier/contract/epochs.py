"""How often a network sees each object where nobody says: the rule, without torch, so that a page can tell it, too."""

OBJECTS_SEEN = 300_000  # what the automatic number of epochs aims at
FEWEST_EPOCHS, MOST_EPOCHS, MOST_FINE_TUNED = 10, 100, 15


def automatic_epochs(objects: int, fine_tuned: bool) -> int:
    """Small sets are seen more often, large ones less; what has learnt elsewhere needs fewer."""
    most = MOST_FINE_TUNED if fine_tuned else MOST_EPOCHS
    return min(max(round(OBJECTS_SEEN / max(objects, 1)), FEWEST_EPOCHS), most)
