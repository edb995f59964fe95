import pytest

from classifier.methods import forests, measured
from classifier.training import run
from tests.lake import lake
from tests.measuring.here import measurers_here
from worker.prediction import job as predicting
from worker.prediction import waiting_objects

__all__ = ["lake"]


@pytest.fixture(autouse=True)
def small_machine(monkeypatch) -> None:
    """One process, one thread and a small forest: the tests are about the work around the network."""
    monkeypatch.setattr(forests, "TREES", 5)
    monkeypatch.setattr(measured, "Measurers", measurers_here)
    monkeypatch.setattr(run, "set_up_cpu", lambda threads: None)
    monkeypatch.setattr(predicting, "CHUNK", 4)
    monkeypatch.setattr(waiting_objects, "PAGE", 3)
