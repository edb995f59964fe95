"""Which objects are learnt from, tuned by and tested on: whole samples, for neighbours of one tow flatter figures."""

from dataclasses import dataclass, field, replace

import numpy as np

LEAST_SAMPLES = 3  # to test on whole samples
LEAST_TO_TUNE = 6  # to tune on whole samples, too
LEAST_DISTINCT = 0.5  # of what is set aside by samples, which is not a copy of what is learnt from
MOST_LOST = 0.3  # of the classes, that whole samples may take out of training
WHY = {
    "requested": "as was asked",
    "few": "because there are fewer than three samples",
    "lost": "because some samples hold classes that no other has",
    "copies": "because the same pictures lie in several samples",
}


@dataclass(frozen=True)
class Split:
    folds: np.ndarray  # (N,) of train, tune, test
    kind: str  # "sample" or "object": what was kept together for the fold `test`
    warnings: list[str]
    dropped: np.ndarray = field(
        default_factory=lambda: np.zeros(0, bool)
    )  # (N,): its like is in another fold


def split(
    samples: np.ndarray,
    labels: np.ndarray,
    held_out: float,
    tune: float,
    seed: int,
    groups: np.ndarray | None = None,
    by: str = "sample",
    test: np.ndarray | None = None,
) -> Split:
    """Sets about the share `held_out` of the objects aside to test on, and `tune` to choose and calibrate by.

    `samples` are names, `labels` class numbers, `groups` numbers of what is nearly the same picture: (N,) each. A group
    is never in two folds: by object it goes whole to one, by sample what reaches into another fold is dropped; where
    that would be most of what is tested, as in a project that came in twice, it is parted by object.
    Where `test` (N,) bool says what is tested, that is tested, and no other; what is nearly the same is dropped.
    """
    rng = np.random.default_rng(seed)
    groups = np.arange(len(labels)) if groups is None else groups
    folds = np.full(len(labels), "train", "<U5")
    in_test, why = test, "requested"
    if in_test is None and by == "sample":
        in_test, why = _test_samples(samples, labels, held_out, rng)
    by_sample = in_test is not None and by == "sample"
    folds[_of_each_class(labels, groups, held_out, rng) if in_test is None else in_test] = "test"
    _set_tune_apart(folds, samples, labels, groups, tune, rng, by_sample)
    kind, warnings = ("sample", []) if by_sample else ("object", [_by_object(why)])
    strays = _strays(folds, groups)
    if by_sample and test is None and (~strays[folds == "test"]).mean() < LEAST_DISTINCT:
        by_object = split(samples, labels, held_out, tune, seed, groups, by="object")
        return replace(by_object, warnings=[_by_object("copies")])
    if test is not None:
        strays = np.where(np.isin(groups, groups[test]), ~test, strays)
    return Split(folds, kind, warnings, strays)


def with_learnt_only(
    parted: Split, learnt_only: np.ndarray, samples: np.ndarray, groups: np.ndarray
) -> Split:
    """The split of all rows, of which `parted` is that of those not `learnt_only`; the others are in the fold train, or
    dropped where one like them, or all of their sample, is held out. (N,) each."""
    folds, dropped = np.full(len(samples), "train", "<U5"), np.zeros(len(samples), bool)
    folds[~learnt_only], dropped[~learnt_only] = parted.folds, parted.dropped
    is_held_out = ~learnt_only & ~dropped & (folds != "train")
    is_learnt = ~learnt_only & ~dropped & (folds == "train")
    held_out = np.setdiff1d(samples[is_held_out], samples[is_learnt])
    dropped |= learnt_only & (np.isin(groups, groups[is_held_out]) | np.isin(samples, held_out))
    return replace(parted, folds=folds, dropped=dropped)


def _by_object(why: str) -> str:
    return f"Held out by object, not by sample, {WHY[why]}: expect less on new samples than the figures say."


def _test_samples(
    samples: np.ndarray, labels: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray | None, str]:
    """Whole samples to test on; None, and why, where that is no good."""
    names = np.unique(samples)
    if len(names) < LEAST_SAMPLES:
        return None, "few"
    chosen = np.isin(samples, _drawn(samples, share * len(samples), rng))
    return (chosen, "") if _lost(labels, chosen) <= MOST_LOST else (None, "lost")


def _set_tune_apart(
    folds: np.ndarray,
    samples: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    share: float,
    rng: np.random.Generator,
    by_sample: bool,
) -> None:
    """Whole samples where there are enough, which are no copies of others, and training keeps its classes; else
    objects of each class."""
    rest = np.flatnonzero(folds == "train")
    if by_sample and len(np.unique(samples)) >= LEAST_TO_TUNE:
        chosen = np.isin(samples, _drawn(samples[rest], share * len(samples), rng)) & (folds == "train")
        copies = np.isin(groups[chosen], groups[(folds == "train") & ~chosen])
        keeps_classes = _lost(labels, chosen | (folds == "test")) <= MOST_LOST
        if keeps_classes and (~copies).sum() >= LEAST_DISTINCT * len(copies):
            folds[chosen] = "tune"
            return
    if share > 0 and len(rest):
        of_rest = share * len(labels) / len(rest)
        folds[rest[_of_each_class(labels[rest], groups[rest], of_rest, rng, least=1)]] = "tune"


def _drawn(names: np.ndarray, target: float, rng: np.random.Generator, least: int = 1) -> np.ndarray:
    """Names drawn until they stand for as nearly `target` rows as whole names allow; where all are too large, the
    `least` smallest."""
    groups, sizes = np.unique(names, return_counts=True)
    count, chosen = 0, []
    for k in rng.permutation(len(groups)):
        if abs(count + sizes[k] - target) < abs(count - target):
            chosen.append(k)
            count += sizes[k]
    return groups[chosen] if chosen else groups[np.argsort(sizes, kind="stable")[:least]]


def _of_each_class(
    labels: np.ndarray, groups: np.ndarray, share: float, rng: np.random.Generator, least: int = 0
) -> np.ndarray:
    """Row numbers: the same share of each class, whole groups of it. A class of one group stays in training.

    A group of several classes counts as of that of its first member.
    """
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    classes = labels[first][group]
    chosen = []
    for label in np.unique(classes):
        members = np.flatnonzero(classes == label)
        if len(np.unique(group[members])) < 2:
            continue
        is_drawn = np.isin(group[members], _drawn(group[members], share * len(members), rng, least))
        if not is_drawn.all():
            chosen.append(members[is_drawn])
    return np.sort(np.concatenate(chosen)) if chosen else np.zeros(0, int)


def _lost(labels: np.ndarray, chosen: np.ndarray) -> float:
    """Share of the classes that would have no object left."""
    return 1 - len(np.unique(labels[~chosen])) / len(np.unique(labels))


def _strays(folds: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(N,) bool: what is in another fold than the first training member of its group, or its first one at all."""
    order = np.lexsort((np.arange(len(folds)), folds != "train", groups))
    _, start, group = np.unique(groups[order], return_index=True, return_inverse=True)
    strays = np.zeros(len(folds), bool)
    strays[order] = folds[order] != folds[order][start[group]]
    return strays
