import os
from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True, scope="package")
def one_core() -> Iterator[None]:
    """Two threads on tiny tensors wait for each other longer than they compute; the code takes as many as cores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        torch.set_num_threads(1)
        yield
