"""Long work on the site: a bar while it runs, what came of it."""

import time
from typing import Any

from tqdm.auto import tqdm

from seston_client.connection import Connection
from seston_client.errors import JobFailed

LIVE = ("queued", "running")
FIRST_REST, LONGEST_REST = 0.2, 5.0  # seconds between looks


class Job:
    """An import, export, training, prediction … of the site, as it was when it was last looked at."""

    def __init__(self, connection: Connection, state: dict[str, Any]) -> None:
        self._connection = connection
        self._state = state

    def __repr__(self) -> str:
        return f"<Job {self.id}: {self._state['kind']}, {self.state}>"

    @property
    def id(self) -> int:
        return self._state["id"]

    @property
    def state(self) -> str:
        """queued, running, done, failed or cancelled."""
        return self._state["state"]

    @property
    def result(self) -> dict[str, Any]:
        return self._state["result"]

    @property
    def warnings(self) -> list[dict]:
        """`{file, line, column, message}` of each."""
        return self._state["warnings"]

    def refresh(self) -> "Job":
        self._state = self._connection.get(f"jobs/{self.id}/")
        return self

    def wait(self, *, has_bar: bool = True) -> "Job":
        """Until it has ended. JobFailed if it failed or was cancelled."""
        rest = FIRST_REST
        with tqdm(desc=self._state["kind"], disable=not has_bar) as bar:
            while self.refresh().state in LIVE:
                self._show(bar)
                time.sleep(rest)
                rest = min(LONGEST_REST, rest * 1.5)
            self._show(bar)
        if self.state != "done":
            raise JobFailed(f"Job {self.id} {self.state}: {self._why()}", self._state["errors"])
        return self

    def cancel(self) -> "Job":
        """What it finished before stays."""
        self._state = self._connection.post(f"jobs/{self.id}/cancel/")
        return self

    def _show(self, bar: tqdm) -> None:
        bar.total = self._state["total"] or None
        bar.n = self._state["done"]
        bar.set_postfix_str(self._state["message"][:60])

    def _why(self) -> str:
        errors = [error["message"] for error in self._state["errors"]]
        return " ".join([self._state["message"], *errors[:5]]).strip()
