"""Heads over a table of numbers, one for the taxa and one for each trait, and how they are kept."""

from dataclasses import dataclass, field

import numpy as np
from safetensors.numpy import load_file

from classifier.contract.errors import ClassifierError
from classifier.contract.traits import Trait, TraitKind, is_known
from classifier.data.learning_set import LearningSet
from classifier.methods.fitting import FitHead, Head
from classifier.methods.forests import Boosting, Forest
from classifier.methods.linear import Labelled, Linear
from classifier.run_folder import RunFolder

WEIGHTS = "model.safetensors"
LEAST_LABELLED = 10  # training objects; a trait with fewer is not learnt
HEADS_BY_NAME: dict[str, type[Forest | Boosting | Linear]] = {
    "forest": Forest,
    "boosting": Boosting,
    "linear": Linear,
}


@dataclass
class Heads:
    taxa: Head
    traits: dict[str, Head] = field(default_factory=dict)  # by key
    kinds: dict[str, str] = field(default_factory=dict)  # by key: one, several, number

    def logits(self, x: np.ndarray) -> np.ndarray:
        return self.taxa(x)

    def traits_of(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """As Outputs has them."""
        outputs = {key: head(x) for key, head in self.traits.items()}
        return {
            key: untamed(rows[:, 0]) if self.kinds[key] == "number" else rows for key, rows in outputs.items()
        }

    def tensors(self) -> dict[str, np.ndarray]:
        return _under("taxa", self.taxa) | {
            name: tensor
            for number, head in enumerate(self.traits.values())
            for name, tensor in _under(f"trait{number}", head).items()
        }

    def as_json(self) -> dict:
        traits = [
            {"key": key, "kind": self.kinds[key], "head": _kind(head)} for key, head in self.traits.items()
        ]
        return {"taxa": _kind(self.taxa), "traits": traits}

    @classmethod
    def from_json(cls, stored: dict, tensors: dict[str, np.ndarray]) -> "Heads":
        return cls(
            taxa=_made(stored["taxa"], "one", tensors, "taxa"),
            traits={
                entry["key"]: _made(entry["head"], entry["kind"], tensors, f"trait{number}")
                for number, entry in enumerate(stored["traits"])
            },
            kinds={entry["key"]: entry["kind"] for entry in stored["traits"]},
        )


def weights_of(folder: RunFolder) -> dict[str, np.ndarray]:
    """Raises ClassifierError when the folder has none."""
    try:
        return load_file(folder / WEIGHTS)
    except FileNotFoundError as error:
        raise ClassifierError(f"{folder.path} is no model: {WEIGHTS} is missing.") from error


def part_of(tensors: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {
        name.removeprefix(f"{prefix}."): tensor
        for name, tensor in tensors.items()
        if name.startswith(f"{prefix}.")
    }


def under(prefix: str, tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{prefix}.{name}": np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def _under(prefix: str, head: Head) -> dict[str, np.ndarray]:
    return under(prefix, head.tensors())


def _kind(head: Head) -> str:
    return next(name for name, kind in HEADS_BY_NAME.items() if isinstance(head, kind))


def _made(head: str, kind: str, tensors: dict[str, np.ndarray], prefix: str) -> Head:
    return HEADS_BY_NAME[head].from_tensors(kind, part_of(tensors, prefix))


# --- Learning ---------------------------------------------------------------------------------------------------------


def fit_heads(
    learning_set: LearningSet, x: np.ndarray, x_tune: np.ndarray, fit_taxa: FitHead, fit_trait: FitHead
) -> tuple[Heads, list[str]]:
    """`x` and `x_tune` are the tables of the folds train and tune. Also says which traits were left out, and why."""
    train, tune = learning_set.train, learning_set.of("tune")
    labels = learning_set.labels
    weights = learning_set.weights_of(train)
    taxa = fit_taxa("one", (x, labels[train]), (x_tune, labels[tune]), len(learning_set.classes), weights)
    heads = Heads(taxa)
    left_out: dict[str, list[str]] = {}
    for trait in learning_set.traits:
        values = learning_set.trait_labels[trait.key]
        learn, tuned = _labelled(trait, x, values[train]), _labelled(trait, x_tune, values[tune])
        why_not = _why_not(learn[1])
        if why_not:
            left_out.setdefault(why_not, []).append(trait.name or trait.key)
            continue
        heads.kinds[trait.key] = kind_of(trait)
        heads.traits[trait.key] = fit_trait(kind_of(trait), learn, tuned, trait.outputs)
    return heads, [_left_out(names, why_not) for why_not, names in left_out.items()]


def _left_out(names: list[str], why_not: str) -> str:
    if len(names) == 1:
        return f"The trait {names[0]} was not learnt: {why_not}."
    return f"{len(names)} traits were not learnt: {why_not} of {', '.join(names)}."


def kind_of(trait: Trait) -> str:
    if trait.is_number:
        return "number"
    return "several" if trait.kind == TraitKind.SEVERAL else "one"


def tamed(values: np.ndarray) -> np.ndarray:
    """log(1 + x), and the same below zero: counts and lengths differ by factors."""
    return np.sign(values) * np.log1p(np.abs(values))


def untamed(logs: np.ndarray) -> np.ndarray:
    return np.sign(logs) * np.expm1(np.abs(logs))


def _labelled(trait: Trait, x: np.ndarray, values: np.ndarray) -> Labelled:
    has_label = is_known(values)
    return x[has_label], tamed(values[has_label]) if trait.is_number else values[has_label]


def _why_not(values: np.ndarray) -> str:
    """Why nothing can be learnt from the labels of the training objects; empty where it can."""
    if len(values) < LEAST_LABELLED:
        return f"fewer than {LEAST_LABELLED} training objects have a value"
    if (values == values[0]).all():
        return "all training objects that have a value have the same"
    return ""
