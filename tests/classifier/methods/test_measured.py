"""Measurements of a learning set: kept while they are made, so that an interrupted run goes on."""

from dataclasses import replace

import numpy as np
import pytest

from classifier.contract.errors import Cancelled
from classifier.contract.measurements import NAMES
from classifier.measuring.regions import measure_file
from classifier.methods import measured as module
from classifier.methods.measured import measured
from classifier.run_folder import RunFolder
from tests.classifier.methods.synthetic_set import never, quiet


class InThisProcess:
    """Measurers without processes, that remember what they were asked."""

    calls: list[str] = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def measure(self, pictures):
        self.calls += [path for path, _ in pictures]
        return [measure_file(path, float("nan") if um is None else um) for path, um in pictures]


@pytest.fixture
def measured_paths(monkeypatch) -> list[str]:
    monkeypatch.setattr(module, "Measurers", InThisProcess)
    monkeypatch.setattr(module, "AT_ONCE", 4)
    monkeypatch.setattr(InThisProcess, "calls", [])
    return InThisProcess.calls


def test_rows_come_as_they_were_asked_for(shapes, tmp_path, measured_paths):
    rows = np.array([5, 2, 11])
    result = measured(shapes, rows, RunFolder(tmp_path), quiet, never)
    expected = np.array(measure_file(shapes.paths[2], 20.0), np.float32)
    assert result.shape == (3, len(NAMES))
    assert np.array_equal(result[1], expected, equal_nan=True)


def test_an_interrupted_run_goes_on(shapes, tmp_path, measured_paths):
    rows, folder = np.arange(12), RunFolder(tmp_path)
    steps = []
    with pytest.raises(Cancelled):
        measured(shapes, rows, folder, steps.append, lambda: len(steps) == 2)
    assert [step["done"] for step in steps] == [0, 4]
    assert measured_paths == shapes.paths[:8]
    measured(shapes, rows, folder, quiet, never)
    assert measured_paths == shapes.paths[:12], "each picture once"


def test_measurements_of_another_learning_set_do_not_count(shapes, tmp_path, measured_paths):
    measured(shapes, np.arange(3), RunFolder(tmp_path), quiet, never)
    other = replace(shapes, paths=shapes.paths[::-1])
    measured(other, np.arange(3), RunFolder(tmp_path), quiet, never)
    assert measured_paths == shapes.paths[:3] + shapes.paths[::-1][:3]


def test_what_cannot_be_measured_is_a_gap(shapes, tmp_path, measured_paths):
    lost = replace(shapes, paths=["none.png", *shapes.paths[1:]], pixel_um=np.full(90, np.nan, np.float32))
    result = measured(lost, np.arange(2), RunFolder(tmp_path), quiet, never)
    assert np.isnan(result[0]).all()
    in_mm = np.array(["_mm" in name for name in NAMES])
    assert np.isnan(result[1, in_mm]).all(), "no millimetres without a scale"
    assert np.isfinite(result[1, ~in_mm]).all()
