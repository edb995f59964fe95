"""What no picture may be, and which errors say nothing about the picture: alike for the site and for the library."""

import errno
import struct
import zipfile
import zlib

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
# what zipfile raises for archives that are damaged, cut off, encrypted, or packed in a way that Python can't read
ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)
FULL = {errno.ENOSPC, errno.EDQUOT}
AWAY = {
    errno.EAGAIN, errno.EBUSY, errno.EHOSTUNREACH, errno.EIO, errno.EMFILE, errno.ENETDOWN, errno.ENETUNREACH,
    errno.ENFILE, errno.ESTALE, errno.ETIMEDOUT,
}  # fmt: skip


def is_transient(error: BaseException) -> bool:
    """Whether it says that a disk or the network is away or full for a while, and nothing of the file itself."""
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    return isinstance(error, OSError) and error.errno in FULL | AWAY


class Unshowable(ValueError):
    """A picture that is whole, but can't be shown: the message is for people and names the remedy."""
