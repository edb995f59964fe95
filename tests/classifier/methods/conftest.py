import pytest
import torch

from classifier.data.learning_set import LearningSet
from classifier.methods import forests, patches
from tests.classifier.methods import synthetic_set


@pytest.fixture(scope="package")
def shapes(tmp_path_factory) -> LearningSet:
    return synthetic_set.learning_set(tmp_path_factory.mktemp("shapes"))


@pytest.fixture(scope="package", autouse=True)
def small():
    """Twenty trees and fifteen centroids, on one thread."""
    threads = torch.get_num_threads()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forests, "TREES", 20)
        patch.setattr(forests, "ROUNDS", 20)
        patch.setattr(patches, "SIDES", {32: 10, 16: 5})
        torch.set_num_threads(1)
        yield
    torch.set_num_threads(threads)
