from tests.learning.test_comparing import objects, taxa

__all__ = ["objects", "taxa"]
