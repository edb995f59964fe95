import numpy as np

from classifier.contract.tree import Nodes, Tree
from tests.classifier.evaluation.synthetic_scores import CLASSES, nodes, tree


def test_relatives_stand_together():
    order = [CLASSES[k] for k in tree().in_order(CLASSES)]
    assert order == ["medusae", "copepoda", "calanus", "cyclopoida", "detritus"]


def test_a_class_above_another_holds_it():
    result = nodes()
    members = {
        taxon: set(np.flatnonzero(row)) for taxon, row in zip(result.taxa, result.members, strict=True)
    }
    assert members["copepoda"] == {0, 1, 2}
    assert members["calanoida"] == {0}
    assert members["animalia"] == {0, 1, 2, 4}
    assert [result.taxa[node] for node in result.paths[0]] == ["calanus", "calanoida", "copepoda", "animalia"]


def test_a_circle_ends():
    result = Nodes(Tree({"a": "b", "b": "a"}), ["a"])
    assert [result.taxa[node] for node in result.paths[0]] == ["a", "b"]
