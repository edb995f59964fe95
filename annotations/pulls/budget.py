"""How many bytes a job may fetch: as many as an import takes, so that no server fills the disk."""

import threading
from dataclasses import dataclass, field

from annotations.pulls.errors import PullTooLarge


@dataclass
class ByteBudget:
    """Shared by all threads of a job."""

    most: int
    spent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, size: int) -> None:
        """Raises PullTooLarge."""
        with self._lock:
            self.spent += size
        if self.spent > self.most:
            raise PullTooLarge(self.most)
