from tests.worker.conftest import lake, small_machine

__all__ = ["lake", "small_machine"]
