"""Copies of a process: how they end, and that they end when they are asked to."""

from pathlib import Path

from tests.platform.servers import printed_by


def test_work_that_is_done_apart_leaves_nothing_behind_and_its_end_is_known() -> None:
    code = (
        "import sys, django; django.setup(); from seston.forking import run_apart;"
        "ends = [run_apart('good', lambda: __import__('colorsys')), run_apart('bad', lambda: 1 / 0),"
        " run_apart('left', lambda: sys.exit(3))];"
        "print(ends, 'colorsys' in sys.modules)"
    )
    assert printed_by(code) == "[0, 1, 3] False"


def test_a_copy_that_is_asked_to_stop_before_it_began_does_not_begin(tmp_path: Path) -> None:
    script = tmp_path / "waiting.py"
    script.write_text("import signal; signal.pause()")
    code = f"""
import django, pathlib, signal
django.setup()
from seston.forking import Fork
from seston.supervisor import _signal_group
signal.signal(signal.SIGTERM, lambda *_: None)
copy = Fork("waiting", [{str(script)!r}], {{}}, pathlib.Path({str(tmp_path / "log")!r}))
_signal_group(copy, signal.SIGTERM)
print(copy.wait(30), signal.pthread_sigmask(signal.SIG_BLOCK, []))
"""
    assert printed_by(code) == "-15 set()"


def test_work_that_is_done_apart_cleans_up_when_its_parent_is_interrupted() -> None:
    code = """
import django, signal
django.setup()
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs this in the background has it ignored
from seston.forking import run_apart
def work():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)  # a signal that comes before one waits for it would be missed by `pause`
    try:
        os.kill(os.getppid(), signal.SIGINT)
        os.read(reader, 1)
    finally:
        print("cleaned up")
try:
    run_apart("work", work)
except KeyboardInterrupt:
    print("interrupted")
"""
    assert printed_by(code) == "cleaned up\ninterrupted"
