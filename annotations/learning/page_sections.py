"""What a model's page has folded away: each part under a question, with how its answer is read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fold:
    """`needs` are parts of the metrics of which it shows those that there are; without any it is absent. Empty: it is
    always there."""

    name: str
    heading: str
    how_to_read: str
    needs: tuple[str, ...] = ()

    def is_in(self, metrics: dict) -> bool:
        return not self.needs or any(metrics.get(part) for part in self.needs)


FOLDS = [
    Fold(
        "taxa",
        "How good is it, taxon by taxon?",
        "Precision is the share right of what it calls so, recall the share that it finds: a good taxon has both.",
        ("per_taxon",),
    ),
    Fold(
        "errors",
        "Which taxa does it confuse?",
        "An error within the next taxon above is a near miss; one far up the tree is a wrong group.",
        ("hierarchy", "suspects"),
    ),
    Fold(
        "doubt",
        "How sure is it?",
        "Where it says 80 % it should be right 80 times in 100, and it should know what it has never learnt.",
        ("reliability", "thresholds", "conformal", "novelty"),
    ),
    Fold(
        "samples",
        "Does it hold in other samples?",
        "Each line is a sample none of whose labels it saw: the further left its dot, the more names there are wrong.",
        ("samples",),
    ),
    Fold(
        "labels",
        "Would more labels help?",
        "Where the curve still climbs, more validated objects pay; where it is flat, better ones do.",
        ("learning_curve",),
    ),
    Fold(
        "traits",
        "Does it see traits?",
        "It does where it knows more of a trait than its taxon alone tells.",
        ("traits",),
    ),
    Fold(
        "made",
        "How was it trained?",
        "What it learnt from, with which settings, and how it became better from epoch to epoch.",
    ),
]


def folds_of(metrics: dict) -> list[Fold]:
    return [fold for fold in FOLDS if fold.is_in(metrics)]
