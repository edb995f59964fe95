"""Helpers of these tests: who runs, and a Python process that uses the servers of a home."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a child gets: its own home and nothing of the test run's servers."""
    variables = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "SESTON_HOME"}}
    return variables | {"SESTON_HOME": str(home), "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"} | more


def python(home: Path, code: str, **more: str) -> subprocess.Popen:
    """Runs `code` with pipes to talk to it, as a command of the site would run."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(home, **more),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def printed_by(code: str) -> str:
    """What code prints that runs with the settings of the tests; what went wrong, where it prints nothing."""
    code = f"import manage, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'seston.settings'; {code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


def postgres_pid(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def redis_pid(home: Path) -> int:
    return int((home / "redis.pid").read_text())


def running(home: Path) -> list[str]:
    """Command lines of living processes that belong to `home` (servers, children, the site)."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            variables = (process / "environ").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        is_ours = str(home) in line or f"SESTON_HOME={home}" in variables
        if is_ours and int(process.name) != os.getpid():
            lines.append(f"{process.name} {line}")
    return lines
