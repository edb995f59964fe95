"""How fast an EcoTaxa server is asked, which others use too, and how often again where it does not answer."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from annotations.common.outgoing.errors import ServerAway

T = TypeVar("T")


@dataclass
class RequestPace:
    """Shared by all threads of a job. `wait` is called with seconds, and may raise to stop the work."""

    per_second: float = 20
    tries: int = 5
    pause: float = 1  # seconds before the second try; each further pause is twice as long
    wait: Callable[[float], object] = field(default_factory=lambda: threading.Event().wait)
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def repeated(self, ask: Callable[[], T]) -> T:
        """Raises ServerAway where the last of the tries brought no answer, either."""
        for number in count(1):
            self._take_turn()
            try:
                return ask()
            except ServerAway:
                if number >= self.tries:
                    raise
            self.wait(self.pause * 2 ** (number - 1))
        raise AssertionError

    def _take_turn(self) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + 1 / self.per_second
        if turn > now:
            self.wait(turn - now)


class TimeLeft:
    """How long the rest takes at the speed so far, from the moment when `done` were done."""

    def __init__(self, done: int):
        self.done, self.began = done, time.monotonic()

    def words(self, done: int, total: int) -> str:
        """`; about 12 minutes left`, or nothing where nobody can say yet."""
        if done <= self.done:
            return ""
        seconds = (total - done) * (time.monotonic() - self.began) / (done - self.done)
        minutes = round(seconds / 60)
        if minutes < 1:
            return ""
        return f"; about {minutes} min left" if minutes < 120 else f"; about {minutes // 60} hours left"
