"""Workers give way to pages."""

import pytest

from tests.platform.servers import printed_by

# how much further back it is: what a test runs at is not known
NICENESS = """
import django
django.setup()
from celery.signals import worker_init
import seston.celery
before = os.nice(0)
worker_init.send(sender=type("Worker", (), {{"hostname": {name!r}}}))
print(os.nice(0) - before == {expected})
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("cpu@host", "min(10, 19 - before)"), ("gpu@host", "min(10, 19 - before)"), ("serve@host", "0")],
)
def test_all_workers_but_the_serving_one_let_pages_go_first(name: str, expected: str) -> None:
    assert printed_by(NICENESS.format(name=name, expected=expected)) == "True"


def test_a_session_gives_way_as_a_whole_but_not_one_that_it_did_not_begin() -> None:
    code = """
from seston.priority import give_way
from pathlib import Path
group = Path("/proc/self/autogroup")
def niceness():
    return group.read_text().split()[-1] if group.exists() else "none"
before = niceness()
give_way()
shared = niceness()
if os.fork() == 0:
    os.setsid()
    give_way()
    print(shared == before, niceness() in ("10", "none"), flush=True)
    os._exit(0)
os.wait()
"""
    assert printed_by(code) == "True True"
