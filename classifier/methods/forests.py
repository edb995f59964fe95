"""Random forests and gradient boosting as heads: grown by scikit-learn, kept and asked as arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from threadpoolctl import threadpool_limits

from classifier.methods.trees import Trees, of_boosted_tree, of_decision_tree

TREES = 300
# trees grown at a time: scikit-learn keeps all classes in every node, so few of its own may lie about
GROUP = 10
LEAST_IN_A_LEAF = 2
MOST_A_TREE = 50_000  # objects that a tree sees: more make the model larger than better
ROUNDS = 100
ROUNDS_A_STEP = 10
LEARNING_RATE = 0.1
DOUBT = 1e-3  # share of the prior in what boosting says, so that no taxon is ever impossible

OnStep = Callable[[int, int], None]  # (done, of how many); may raise Cancelled


@dataclass
class Forest:
    """The mean of its trees. `kind` one: shares of classes; several: of each choice; number: the number itself."""

    kind: str
    trees: Trees
    prior: np.ndarray  # float64 (outputs,): one tree more, so that nothing is impossible; not for numbers

    def shares(self, x: np.ndarray) -> np.ndarray:
        """scikit-learn's own probabilities, or means of numbers, (N, outputs)."""
        return self.trees.sums(x, len(self.prior)) / len(self.trees)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Log shares, log odds of each choice, or numbers: float64 (N, outputs)."""
        if self.kind == "number":
            return self.shares(x)
        share = (self.trees.sums(x, len(self.prior)) + self.prior) / (len(self.trees) + 1)
        return np.log(share) if self.kind == "one" else np.log(share) - np.log1p(-share)

    def tensors(self) -> dict[str, np.ndarray]:
        return {"prior": self.prior, **self.trees.tensors()}

    @classmethod
    def from_tensors(cls, kind: str, tensors: dict[str, np.ndarray]) -> "Forest":
        return cls(kind, Trees.from_tensors(tensors, len(tensors["prior"])), tensors["prior"])


@dataclass
class Boosting:
    """Trees that correct one another, one for each class a round."""

    trees: Trees
    start: np.ndarray  # float64 (outputs,): what is said before the first round; -inf of classes never seen
    prior: np.ndarray  # float64 (outputs,)

    def raw(self, x: np.ndarray) -> np.ndarray:
        """Log posteriors up to a constant, (N, outputs)."""
        return self.trees.sums(x, len(self.prior)) + self.start

    def __call__(self, x: np.ndarray) -> np.ndarray:
        sure = log_softmax(self.raw(x), axis=1) + np.log1p(-DOUBT)
        return np.logaddexp(sure, np.log(self.prior) + np.log(DOUBT))

    def tensors(self) -> dict[str, np.ndarray]:
        return {"start": self.start, "prior": self.prior, **self.trees.tensors()}

    @classmethod
    def from_tensors(cls, kind: str, tensors: dict[str, np.ndarray]) -> "Boosting":
        return cls(Trees.from_tensors(tensors, len(tensors["prior"])), tensors["start"], tensors["prior"])


# --- Growing ----------------------------------------------------------------------------------------------------------


def grow_forest(
    kind: str,
    x: np.ndarray,
    y: np.ndarray,
    outputs: int,
    seed: int,
    threads: int,
    tick: OnStep,
    weights: np.ndarray | None = None,
) -> Forest:
    """`y` int (N,) for one, 0/1 (N, outputs) for several, float (N,) for a number; `weights` (N,), of one alone. The
    seed fixes every tree."""
    grow = RandomForestClassifier if kind == "one" else RandomForestRegressor
    parts: list[Trees] = []
    for at in range(0, TREES, GROUP):
        tick(at, TREES)
        forest = grow(
            min(GROUP, TREES - at),
            min_samples_leaf=LEAST_IN_A_LEAF,
            max_features="sqrt" if kind == "one" else 1 / 3,
            max_samples=min(len(x), MOST_A_TREE),
            n_jobs=threads or -1,
            random_state=(seed * 1_000_003 + at) % 2**32,
        ).fit(x, y, sample_weight=weights)
        columns = forest.classes_ if kind == "one" else np.arange(outputs)
        parts += [of_decision_tree(tree.tree_, columns) for tree in forest.estimators_]
    return Forest(kind, Trees.joined(parts), prior_of(kind, y, outputs, weights))


def grow_boosting(
    x: np.ndarray,
    y: np.ndarray,
    outputs: int,
    tune: tuple[np.ndarray, np.ndarray],
    seed: int,
    threads: int,
    tick: OnStep,
    weights: np.ndarray | None = None,
) -> Boosting:
    """As many rounds as lower the loss on `tune` (x, y), at most ROUNDS. `y` int (N,), `weights` (N,)."""
    prior = prior_of("one", y, outputs, weights)
    model = HistGradientBoostingClassifier(
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=15,
        min_samples_leaf=5,
        l2_regularization=1.0,
        early_stopping=False,
        warm_start=True,
        random_state=seed,
    )
    best, best_loss = 0, np.inf
    for rounds in range(ROUNDS_A_STEP, ROUNDS + 1, ROUNDS_A_STEP):
        tick(rounds - ROUNDS_A_STEP, ROUNDS)
        with threadpool_limits(threads or None):
            model.set_params(max_iter=rounds).fit(x, y, sample_weight=weights)
        loss = _loss(model, prior, *tune) if len(tune[1]) else -rounds
        if loss >= best_loss:
            break
        best, best_loss = rounds, loss
    return of_boosting(model, prior, best)


def of_boosting(model: HistGradientBoostingClassifier, prior: np.ndarray, rounds: int) -> Boosting:
    """The first `rounds` of what scikit-learn has grown.

    Of boosting it shows its trees nowhere but in private attributes. They are read here alone, at the end of a
    training; no model in a folder depends on them, and tests hold what is read to `predict_proba`.
    """
    classes = model.classes_.astype(int)
    # of two classes it keeps one score: the other's is nought
    scored = classes[1:] if len(classes) == 2 else classes
    start = np.full(len(prior), -np.inf)
    start[classes] = 0.0
    start[scored] += model._baseline_prediction.ravel()
    trees = [
        of_boosted_tree(predictor.nodes, column)
        for grown in model._predictors[:rounds]
        for predictor, column in zip(grown, scored, strict=True)
    ]
    return Boosting(Trees.joined(trees), start, prior)


def _loss(model: HistGradientBoostingClassifier, prior: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    share = np.zeros((len(x), len(prior)))
    share[:, model.classes_.astype(int)] = model.predict_proba(x)
    right = np.arange(len(y)), y
    return float(-np.log((1 - DOUBT) * share[right] + DOUBT * prior[y]).mean())


def prior_of(kind: str, y: np.ndarray, outputs: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Shares in the training objects, never 0 nor 1; `weights` (N,) are of one alone."""
    if kind == "number":
        return np.zeros(outputs)
    if kind == "several":
        return (np.asarray(y, float).sum(0) + 0.5) / (len(y) + 1)
    counts = np.bincount(y, weights, minlength=outputs) + 0.5
    return counts / counts.sum()
