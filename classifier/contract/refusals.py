"""What no picture may be, said alike by the site and by the library."""

import struct

MOST_PIXELS = 100_000_000
DAMAGE = (  # what Pillow and tifffile raise for files that are damaged or cut off
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    TypeError,
    KeyError,
    OverflowError,
    NotImplementedError,
    AttributeError,
    ZeroDivisionError,
    MemoryError,
)


class Unshowable(ValueError):
    """A picture that is whole, but can't be shown: the message is for people and names the remedy."""
