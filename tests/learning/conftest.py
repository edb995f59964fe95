from tests.lake import lake

__all__ = ["lake"]
