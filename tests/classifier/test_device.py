"""How many threads arithmetic takes."""

import os

import pytest
import torch

from classifier.inference.device import set_up_cpu


@pytest.fixture(autouse=True)
def threads_of_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("cores", "processes", "threads", "leaves_a_core", "expected"),
    [
        (4, 1, 0, False, 4),
        (4, 1, 0, True, 3),
        (1, 1, 0, True, 1),
        (4, 2, 0, True, 2),  # processes do not wait by spinning
        (4, 1, 2, True, 2),
    ],
)
def test_a_network_that_learns_leaves_a_core_to_others(
    monkeypatch, cores, processes, threads, leaves_a_core, expected
):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))
    set_up_cpu(threads, leaves_a_core=leaves_a_core)
    assert torch.get_num_threads() == expected
