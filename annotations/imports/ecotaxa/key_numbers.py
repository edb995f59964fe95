"""Numbers for millions of names, in a few bytes each: a dict of five million ids takes a gigabyte."""

import os
from array import array
from hashlib import blake2b
from struct import Struct

HALVES = Struct(">QQ")
FEWEST_SLOTS = 1 << 10  # a power of two, as all of their numbers


class KeyNumbers:
    """Numbers keys 0, 1, 2 … in the order in which they are added. Some 25 bytes a key, however long it is.

    Kept is a digest of 128 bits, keyed anew each time: that two of five million agree has a chance of 4e-26, and nobody
    can make up two that do. Open addressing with linear probing, at most two thirds full.
    """

    def __init__(self) -> None:
        self._secret = os.urandom(16)
        self._high, self._low = array("Q"), array("Q")  # halves of each key's digest
        self._slots = _empty(FEWEST_SLOTS)  # number of the key + 1; 0 is free

    def __len__(self) -> int:
        return len(self._high)

    def find(self, key: str) -> int | None:
        """The number of the key, or None."""
        number = self._slots[self._slot(*self._digest(key))]
        return number - 1 if number else None

    def add(self, key: str) -> tuple[int, bool]:
        """The number of the key, and whether it is new."""
        high, low = self._digest(key)
        slot = self._slot(high, low)
        if self._slots[slot]:
            return self._slots[slot] - 1, False
        self._high.append(high)
        self._low.append(low)
        self._slots[slot] = count = len(self._high)
        if 3 * count > 2 * len(self._slots):
            self._grow()
        return count - 1, True

    def _digest(self, key: str) -> tuple[int, int]:
        both = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret).digest()
        return HALVES.unpack(both)

    def _slot(self, high: int, low: int) -> int:
        """Where the digest is, or the free one where it belongs."""
        slots, last = self._slots, len(self._slots) - 1
        slot = high & last
        while number := slots[slot]:
            if self._high[number - 1] == high and self._low[number - 1] == low:
                return slot
            slot = slot + 1 & last
        return slot

    def _grow(self) -> None:
        slots = self._slots = _empty(2 * len(self._slots))
        last = len(slots) - 1
        for number, high in enumerate(self._high, start=1):
            slot = high & last
            while slots[slot]:
                slot = slot + 1 & last
            slots[slot] = number


def _empty(count: int) -> array:
    return array("I", bytes(4 * count))
