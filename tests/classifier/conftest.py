import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Two threads on tiny tensors wait for each other longer than they compute."""
    torch.set_num_threads(1)
