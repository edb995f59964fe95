from tests.plankton import tow
from tests.traits.conftest import lagoon

__all__ = ["lagoon", "tow"]
