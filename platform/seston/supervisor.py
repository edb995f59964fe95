"""Runs the site's processes together: starts them, restarts what dies, stops all of them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15
READY_SECONDS = 90
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One process of the site, with what its restarts need to know."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    pause: float = 0.5
    restart_at: float = 0.0
    started: float = field(default=0.0)


class Supervisor:
    """`env` is what the children get beside this process's environment; logs go to `logs`/<name>.log."""

    def __init__(self, commands: dict[str, list[str]], env: dict[str, str], logs: Path, say: Callable[[str], None]):
        self.children = [Child(name, command) for name, command in commands.items()]
        self.env = os.environ | env
        self.logs = logs
        self.say = say
        self.is_stopping = False

    def run(self, url: str, on_ready: Callable[[], None]) -> None:
        """Blocks until Ctrl-C or SIGTERM. Raises RuntimeError when the web process does not answer."""
        signal.signal(signal.SIGTERM, self._stop_asked)
        signal.signal(signal.SIGINT, self._stop_asked)
        try:
            for child in self.children:
                self._start(child)
            self._wait_until_ready(url)
            if not self.is_stopping:
                on_ready()
            while not self.is_stopping:
                self._look_after()
                time.sleep(0.3)
        finally:
            self.stop()

    def _stop_asked(self, *_: object) -> None:
        self.is_stopping = True

    def _start(self, child: Child) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{child.name}.log").open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to pass on, in order
                preexec_fn=_die_with_parent,
            )
        child.started = time.monotonic()

    def _look_after(self) -> None:
        now = time.monotonic()
        for child in self.children:
            assert child.process is not None
            if child.restart_at:
                if now >= child.restart_at:
                    child.restart_at = 0.0
                    self._start(child)
            elif child.process.poll() is not None:
                child.pause = 0.5 if now - child.started > 60 else min(2 * child.pause, LONGEST_PAUSE)
                child.restart_at = now + child.pause
                self.say(f"{child.name} has stopped; starting it again in {child.pause:.0f} s ({self.logs / child.name}.log).")

    def _wait_until_ready(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        web = self.children[0]
        while not self.is_stopping and not _answers(url):
            assert web.process is not None
            if web.process.poll() is not None or time.monotonic() > deadline:
                log = self.logs / f"{web.name}.log"
                raise RuntimeError(f"The web server did not start. The end of {log}:\n{log.read_text()[-1500:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Asks all to stop, then makes them."""
        running = [c.process for c in self.children if c.process is not None and c.process.poll() is None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _signal_group(process: subprocess.Popen, number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _die_with_parent() -> None:
    """After `kill -9` of the supervisor the kernel takes its children along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
