import os

import pytest
import torch

from classifier.methods import forests, measured
from tests.lake import lake
from tests.measuring.here import measurers_here
from worker.prediction import job as predicting
from worker.prediction import waiting_objects

__all__ = ["lake"]


@pytest.fixture(autouse=True)
def small_machine(monkeypatch) -> None:
    """One process, one core and a small forest: the tests are about the work around the network."""
    monkeypatch.setattr(forests, "TREES", 5)
    monkeypatch.setattr(measured, "Measurers", measurers_here)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # as many threads has torch, or they wait for each other
    torch.set_num_threads(1)
    monkeypatch.setattr(predicting, "CHUNK", 4)
    monkeypatch.setattr(waiting_objects, "PAGE", 3)
