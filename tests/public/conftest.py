from tests.plankton import tow

__all__ = ["tow"]
