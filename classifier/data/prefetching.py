"""Makes the next items in a thread while the reader works on this one."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class _End:
    """Behind the last item."""


END = _End()


def prefetched(items: Iterator[T], depth: int = 3) -> Iterator[T]:
    """The same items, in order. What goes wrong while they are made is raised where they are read."""
    with ThreadPoolExecutor(1, thread_name_prefix="prefetching") as pool:
        waiting = deque(pool.submit(next, items, END) for _ in range(depth))
        while not isinstance(item := waiting.popleft().result(), _End):
            waiting.append(pool.submit(next, items, END))
            yield item
