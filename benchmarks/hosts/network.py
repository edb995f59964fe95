"""Machines of a site as network namespaces of this one: each has an address, a name and processes of its own."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BRIDGE, NETWORK, GATEWAY = "seston0", "10.77.0", "10.77.0.254"
NOBODY = 65534
STOP_SECONDS = 20
GONE = (ProcessLookupError, FileNotFoundError)


@dataclass(frozen=True)
class Host:
    """A namespace that is called as the machine is, and linked to the bridge."""

    name: str
    number: int  # the last part of its address

    @property
    def address(self) -> str:
        return f"{NETWORK}.{self.number}"

    def command(self, command: list[str], *, as_nobody: bool = False) -> list[str]:
        """`command` as it runs on this machine, under the machine's name."""
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.name]
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if as_nobody else []
        return ["ip", "netns", "exec", self.name, *named, *user, *command]

    def run(self, command: list[str], env: dict[str, str] | None = None, *, as_nobody: bool = False) -> str:
        """What it prints. Raises CalledProcessError."""
        return subprocess.run(
            self.command(command, as_nobody=as_nobody),
            env=os.environ | (env or {}),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def start(
        self, command: list[str], log: Path, env: dict[str, str] | None = None, *, as_nobody: bool = False
    ) -> subprocess.Popen:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(command, as_nobody=as_nobody),
                env=os.environ | (env or {}),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def pids(self) -> list[int]:
        return [int(pid) for pid in _ip("netns", "pids", self.name).split()]

    def core_seconds(self) -> float:
        """What its processes have used of a core until now, those that ended and were waited for included."""
        return sum(map(_core_seconds, self.pids()))


@contextmanager
def linked(hosts: list[Host]) -> Iterator[None]:
    """The machines on one bridge, which this machine reaches as well; ends all that runs on them. Needs root."""
    _unlink(hosts)
    _ip("link", "add", BRIDGE, "type", "bridge")
    try:
        _ip("address", "add", f"{GATEWAY}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for host in hosts:
            _link(host)
        yield
    finally:
        _unlink(hosts)


def _link(host: Host) -> None:
    outer = f"seston-{host.number}"
    _ip("netns", "add", host.name)
    _ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", host.name)
    _ip("link", "set", outer, "master", BRIDGE, "up")
    for change in (
        ["address", "add", f"{host.address}/24", "dev", "eth0"],
        ["link", "set", "eth0", "up"],
        ["link", "set", "lo", "up"],
    ):
        _ip("-n", host.name, *change)


def _unlink(hosts: list[Host]) -> None:
    existing = _ip("netns", "list").split()
    for host in hosts:
        if host.name in existing:
            _end(host)
            _ip("netns", "delete", host.name)
    if Path(f"/sys/class/net/{BRIDGE}").exists():
        _ip("link", "delete", BRIDGE)


def _end(host: Host) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in host.pids():
            with contextlib.suppress(*GONE):
                os.kill(pid, number)
        deadline = time.monotonic() + STOP_SECONDS
        while host.pids() and time.monotonic() < deadline:
            time.sleep(0.2)


def _core_seconds(pid: int) -> float:
    with contextlib.suppress(*GONE):
        spent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15]
        return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _ip(*arguments: str) -> str:
    return subprocess.run(["ip", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout
