"""Runs the site's processes together: starts them, restarts what dies, stops all of them."""

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seston.forking import Fork

TEND_SECONDS = 2
STOP_SECONDS = 15
READY_SECONDS = 90
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One process of the site, with what its restarts need to know."""

    name: str
    command: list[str]
    process: Fork | None = None
    pause: float = 0.5
    restart_at: float = 0.0
    started: float = 0.0

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Children get `env` beside this process's environment and log to `logs`/<name>.log.

    `tend` is called every two seconds: it looks after the servers and returns the names of those it revived.
    """

    def __init__(
        self,
        commands: dict[str, list[str]],
        env: dict[str, str],
        logs: Path,
        say: Callable[[str], None],
        tend: Callable[[], list[str]] = list,
    ):
        self.children = [Child(name, command) for name, command in commands.items()]
        self.env = env
        self.logs = logs
        self.say = say
        self.tend = tend
        self.tended = 0.0
        self.is_stopping = False

    def run(self, health_url: str | None, on_ready: Callable[[], None]) -> None:
        """Blocks until Ctrl-C or SIGTERM. `health_url` is the web process's, which is the first; None: there is none.

        Raises RuntimeError when it does not answer.
        """
        signal.signal(signal.SIGTERM, self._request_stop)
        signal.signal(signal.SIGINT, self._request_stop)
        try:
            others = iter(self.children)
            if health_url:
                self._start(next(others))
                # the others load as much as it does: people should not wait for them too
                self._wait_until_ready(health_url)
            if not self.is_stopping:
                for child in others:
                    self._start(child)
                on_ready()
            while not self.is_stopping:
                self._look_after()
                time.sleep(0.3)
        finally:
            self.stop()

    def _request_stop(self, *_: object) -> None:
        self.is_stopping = True

    def _start(self, child: Child) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        child.process = Fork(child.name, child.command, self.env, self.logs / f"{child.name}.log")
        child.started = time.monotonic()

    def _look_after(self) -> None:
        now = time.monotonic()
        if now - self.tended > TEND_SECONDS:
            self.tended = now
            for name in self.tend():
                self.say(f"{name} had stopped; it runs again.")
        for child in self.children:
            if child.restart_at and now >= child.restart_at:
                child.restart_at = 0.0
                self._start(child)
            elif not child.restart_at and not child.is_alive():
                self._plan_restart(child, now)

    def _plan_restart(self, child: Child, now: float) -> None:
        """The pause doubles while a process keeps dying young."""
        child.pause = 0.5 if now - child.started > 60 else min(2 * child.pause, LONGEST_PAUSE)
        child.restart_at = now + child.pause
        log = self.logs / f"{child.name}.log"
        self.say(f"{child.name} has stopped; it starts again in {child.pause:.0f} s. Its log: {log}")

    def _wait_until_ready(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        web = self.children[0]
        while not self.is_stopping and not _answers(url):
            if not web.is_alive() or time.monotonic() > deadline:
                log = self.logs / f"{web.name}.log"
                end = log.read_text(errors="replace")[-1500:]
                raise RuntimeError(f"The web server did not start. The end of {log}:\n{end}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Asks all to stop, then makes them."""
        running = [child.process for child in self.children if child.process and child.is_alive()]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except TimeoutError:
                _signal_group(process, signal.SIGKILL)
                process.wait(STOP_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _signal_group(process: Fork, number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        os.kill(process.pid, number)  # it has no group of its own yet
