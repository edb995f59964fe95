"""What a model may be relied on for, in sentences: by cases."""

import pytest

from annotations.learning.reliability import HeldOutFigures, TaxonFigures, held_out_figures, verdict


def figures(matrix: list[list[int]], names: str, **more) -> dict:
    """Metrics of a confusion matrix; a taxon is a letter."""
    support = [sum(row) for row in matrix]
    total = sum(support)
    right = sum(row[k] for k, row in enumerate(matrix))
    labels = [{"id": k, "name": name} for k, name in enumerate(names.split())]
    return {
        "accuracy": right / total if total else None,
        "n_held_out": total,
        "confusion": {"labels": labels, "matrix": matrix},
        "per_taxon": [{"taxon": label, "support": n} for label, n in zip(labels, support, strict=True)],
        **more,
    }


def sentences(metrics: dict) -> list[str]:
    return [sentence.text for sentence in verdict(held_out_figures(metrics))]


def test_a_model_that_is_tested_well_says_what_to_rely_on():
    matrix = [[380, 10, 10, 0, 0], [20, 570, 10, 0, 0], [1, 1, 1, 0, 0], [10, 15, 0, 6, 0], [0, 0, 0, 0, 0]]
    assert sentences(figures(matrix, "Calanidae Oithona Hydrozoa Fritillaria bubble")) == [
        "Names 93 of 100 right (91–94).",
        "Rely on Oithona, Calanidae.",
        "Don’t rely on Hydrozoa (1 of 21 called so are right), Fritillaria (6 of 31 found).",
        "Never tested: bubble.",
    ]


def test_few_objects_are_counted_as_they_are_and_promise_nothing():
    assert sentences(figures([[7, 1], [0, 6]], "Noctiluca Oithona")) == [
        "Names 13 of 14 right (between 66 and 99 of 100).",
        "There is no taxon to rely on yet.",
        "Check what it calls Oithona (6 of 7 called so are right), Noctiluca (7 of 8 found).",
    ]


def test_nineteen_without_an_error_are_too_few_and_twenty_are_enough():
    assert "Rely on b." in sentences(figures([[19, 0], [0, 20]], "a b"))
    assert "Check what it calls a (19 of 19 found)." in sentences(figures([[19, 0], [0, 20]], "a b"))


def test_one_taxon_tells_nothing_apart():
    assert sentences(figures([[40]], "Oithona")) == [
        "Names 40 of 40 right (between 91 and 100 of 100).",
        "All that was held out is Oithona: no telling apart has been tested.",
        "Rely on Oithona.",
    ]


def test_a_model_that_is_always_wrong_is_relied_on_for_nothing():
    assert sentences(figures([[0, 60], [60, 0]], "a b", guess={"accuracy": 0.5})) == [
        "Names 0 of 100 right (0–3).",
        "That is hardly better than always naming the most frequent taxon (50 of 100).",
        "There is no taxon to rely on yet.",
        "Don’t rely on a (0 of 60 found), b (0 of 60 found).",
    ]


def test_nothing_is_said_of_a_model_that_nothing_was_held_out_for():
    assert sentences(figures([[0, 0], [0, 0]], "a b")) == [
        "Nothing was held out: nobody knows how often it is right."
    ]


def test_almost_all_are_not_all():
    assert sentences(figures([[999, 1], [0, 1000]], "a b"))[0] == "Names 99 of 100 right (99–99)."


def test_whole_samples_that_differ_widen_what_objects_alone_would_say():
    metrics = figures([[95, 5], [0, 100]], "a b", intervals={"accuracy": [0.6, 1.0]})
    metrics["per_taxon"][0] |= {"precision_interval": [0.9, 1.0], "recall_interval": [0.5, 1.0]}
    assert sentences(metrics)[0] == "Names 98 of 100 right (60–100)."
    assert "Check what it calls a (95 of 100 found)." in sentences(metrics)


def test_an_interval_from_elsewhere_is_not_believed_where_it_is_narrower_than_chance():
    metrics = figures([[21, 4], [0, 100]], "a b")
    metrics["per_taxon"][0] |= {"precision_interval": [0.99, 1.0], "recall_interval": [0.83, 0.85]}
    assert "Check what it calls a (21 of 25 found)." in sentences(metrics)


@pytest.mark.parametrize("confusion", [{"labels": [], "matrix": []}, None])
def test_without_counts_no_taxon_is_judged_by_numbers_that_nobody_counted(confusion):
    metrics = figures([[50, 0], [0, 0]], "a b")
    metrics["confusion"] = confusion or {"labels": [{"id": 0, "name": "a"}], "matrix": [[3]]}
    metrics["accuracy"], metrics["n_held_out"] = 0.9, 500
    assert sentences(metrics) == [
        "Names 90 of 100 right.",
        "All that was held out is a: no telling apart has been tested.",
        "There is no taxon to rely on yet.",
        "Check what it calls a.",
        "Never tested: b.",
    ]


def test_many_taxa_are_cut_and_counted():
    taxa = tuple(TaxonFigures(f"taxon {k:02}", support=0) for k in range(30))
    listed = verdict(
        HeldOutFigures(0.9, (0.8, 0.95), 18, (*taxa, TaxonFigures("a", 9), TaxonFigures("b", 9)))
    )
    assert listed[-1].text.endswith("taxon 11 and 18 more.")
