"""Commands for the site of the tests: Django is started once, and each command runs in a process forked from it.

Reads a JSON list of manage.py's arguments a line, and answers with a JSON object: the exit code, and what was printed.
"""

import json
import multiprocessing
import os
import sys
import tempfile
from typing import IO

import django
from django.core.checks import run_checks
from django.core.management import execute_from_command_line
from django.db import connections


def serve() -> None:
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", "seston.settings"
    )  # benchmarks have no pytest that sets it
    django.setup()
    run_checks()  # loads what every command checks before it runs
    connections.close_all()  # a forked process opens its own
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(arguments: list[str]) -> dict[str, int | str]:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        fork = multiprocessing.get_context("fork").Process(target=run, args=(arguments, out, err))
        fork.start()
        fork.join()
        out.seek(0)
        err.seek(0)
        return {"code": fork.exitcode or 0, "out": out.read(), "err": err.read()}


def run(arguments: list[str], out: IO[str], err: IO[str]) -> None:
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    execute_from_command_line(["manage.py", *arguments])


if __name__ == "__main__":
    serve()
