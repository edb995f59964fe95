import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit, logit
from sklearn.metrics import average_precision_score

from classifier.contract.traits import Trait
from classifier.evaluation.traits import fit_trait_temperature, trait_figures, trait_probabilities

EGGS = Trait("egg_bearing", "flag", ("yes", "no"), "Egg-bearing")
STAGE = Trait("life_stage", "one", ("adult", "larva", "egg"))
PARTS = Trait("parts", "several", ("antenna", "tail"))
LENGTH = Trait("length", "measure")


def eggs(count: int, seed: int, signal: float = 0.0):
    """(outputs, labels, taxa): eggs are frequent in taxon 0, rare in 1, never in 2; `told` is what the head sees."""
    rng = np.random.default_rng(seed)
    taxa = rng.integers(0, 3, count)
    chance = np.array([0.6, 0.2, 0.0])[taxa]
    has = rng.random(count) < chance
    sure = logit(np.clip(chance, 0.01, 0.99)) + signal * (2 * has - 1) + 0.01 * rng.normal(size=count)
    return np.column_stack([sure, np.zeros(count)]), np.where(has, 0, 1), taxa


def test_a_head_that_learned_the_taxon_does_no_better_than_guessing():
    outputs, labels, taxa = eggs(3000, 0)
    _, train_labels, train_taxa = eggs(3000, 1)
    result = trait_figures(EGGS, outputs, labels, taxa, train_labels, train_taxa)
    assert result["average_precision"] == pytest.approx(result["by_taxon_frequency"], abs=0.03)
    assert result["within_taxon"] == pytest.approx(result["within_taxon_guess"], abs=0.05)
    assert result["taxa_compared"] == 2, "the third never has eggs"
    seeing = trait_figures(EGGS, *eggs(3000, 0, signal=1.5), train_labels, train_taxa)
    assert seeing["within_taxon"] > seeing["within_taxon_guess"] + 0.3
    assert seeing["average_precision"] > seeing["by_taxon_frequency"] + 0.2


def test_figures_of_a_flag_agree_with_scikit_learn():
    outputs, labels, taxa = eggs(500, 2, signal=0.5)
    _, train_labels, train_taxa = eggs(500, 3)
    labels[::7], train_labels[::5] = -1, -1
    result = trait_figures(EGGS, outputs, labels, taxa, train_labels, train_taxa)
    labelled, learnt = labels >= 0, train_labels >= 0
    assert (result["n_test"], result["n_train"]) == (labelled.sum(), learnt.sum())
    has, yes = labels[labelled] == 0, expit(outputs[labelled, 0])
    assert result["average_precision"] == pytest.approx(average_precision_score(has, yes))
    overall = (train_labels[learnt] == 0).mean()
    share = {}
    for taxon in range(3):
        mine = train_labels[learnt][train_taxa[learnt] == taxon] == 0
        share[taxon] = (mine.sum() + overall) / (len(mine) + 1)
    guess = [share[taxon] for taxon in taxa[labelled]]
    assert result["by_taxon_frequency"] == pytest.approx(average_precision_score(has, guess))
    within = [
        (average_precision_score(has[mine], yes[mine]), has[mine].mean())
        for mine in (taxa[labelled] == taxon for taxon in (0, 1))
    ]
    assert [result["within_taxon"], result["within_taxon_guess"]] == pytest.approx(np.mean(within, axis=0))
    assert result["accuracy"] == pytest.approx(np.mean((yes > 0.5) == has))
    assert result["mae"] is None


def test_choices_are_averaged_where_both_answers_occur():
    rng = np.random.default_rng(0)
    labels, taxa = rng.integers(0, 2, 200), rng.integers(0, 4, 200)  # nobody is an egg
    outputs = 2 * np.eye(3)[labels] + rng.normal(size=(200, 3))
    result = trait_figures(STAGE, outputs, labels, taxa, labels, taxa)
    p = trait_probabilities(STAGE, outputs)
    expected = np.mean([average_precision_score(labels == k, p[:, k]) for k in (0, 1)])
    assert result["average_precision"] == pytest.approx(expected)
    assert result["accuracy"] == pytest.approx((p.argmax(1) == labels).mean())
    assert result["taxa_compared"] == 4


def test_several_choices_count_each_by_itself():
    rng = np.random.default_rng(0)
    labels = (rng.random((300, 2)) < 0.4).astype(np.float32)
    labels[:20] = np.nan
    outputs = 3 * np.nan_to_num(labels) - 1.5 + rng.normal(size=(300, 2))
    taxa = rng.integers(0, 2, 300)
    result = trait_figures(PARTS, outputs, labels, taxa, labels, taxa)
    truth = labels[20:] == 1
    assert result["accuracy"] == pytest.approx(((outputs[20:] > 0) == truth).mean())
    assert result["average_precision"] == pytest.approx(
        average_precision_score(truth, outputs[20:], average="macro")
    )
    temperature = fit_trait_temperature(PARTS, 5 * outputs, labels)
    before, after = (
        trait_figures(PARTS, 5 * outputs, labels, taxa, labels, taxa, t)["ece"] for t in (1.0, temperature)
    )
    assert temperature > 1
    assert after < before


def test_numbers_are_compared_with_the_median_of_their_taxon():
    labels, taxa = np.array([1.0, 3.0, np.nan, 10.0]), np.array([0, 0, 1, 2])
    result = trait_figures(
        LENGTH,
        np.array([2.0, 3.0, 9.0, 9.0]),
        labels,
        taxa,
        np.array([2.0, 4.0, np.nan]),
        np.array([0, 0, 2]),
    )
    assert result["mae"] == pytest.approx(2 / 3)
    assert result["mae_by_taxon"] == pytest.approx((2 + 0 + 7) / 3), "without labels, that of all"
    assert result["accuracy"] is result["ece"] is None


@pytest.mark.parametrize("trait", [EGGS, STAGE, PARTS, LENGTH])
@pytest.mark.parametrize("trained", [0, 3])
def test_without_labels_there_are_no_figures(trait, trained):
    nothing = trait.labels(_column([None] * 3))
    train = trait.labels(_column([None] * trained))
    outputs = np.zeros(3) if trait.is_number else np.zeros((3, trait.outputs))
    taxa = np.zeros(3, int)
    result = trait_figures(trait, outputs, nothing, taxa, train, np.zeros(trained, int))
    assert (result["n_test"], result["n_train"]) == (0, 0)
    assert all(
        result[name] is None for name in ("accuracy", "average_precision", "within_taxon", "mae", "ece")
    )
    assert fit_trait_temperature(trait, outputs, nothing) == 1


def _column(values):
    return pa.chunked_array([pa.array(values, pa.string())])
