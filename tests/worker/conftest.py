import pytest

from classifier.evaluation import baseline
from tests.lake import lake
from worker import learning

__all__ = ["lake"]


@pytest.fixture(autouse=True)
def small_machine(monkeypatch) -> None:
    """One thread and a small forest: the tests are about the work around the network."""
    from classifier.training import train as training

    forest = baseline.RandomForestClassifier
    monkeypatch.setattr(
        baseline, "RandomForestClassifier", lambda n, **more: forest(5, **{**more, "n_jobs": 1})
    )
    monkeypatch.setattr(training, "set_up_threads", lambda threads: None)
    monkeypatch.setattr(learning, "CHUNK", 4)
    monkeypatch.setattr(learning, "PAGE", 3)
