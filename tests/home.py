"""Every test run has a home of its own, with a real PostgreSQL and a real Redis that end with it.

Loaded by `-p tests.home` before anything asks for Django's settings.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.prepared import prepare

os.environ["SESTON_THROWAWAY"] = "1"  # the test servers need not wait for the disk
os.environ["SESTON_MEASURE_ON_IMPORT"] = "0"  # a job more after each import is for who tests that
os.environ["SESTON_LEARN_WHILE_SORTING"] = "0"  # and one after labels
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in the test's thread
if os.environ.get("SESTON_TEST_HOME"):
    os.environ["SESTON_HOME"] = os.environ["SESTON_TEST_HOME"]
else:
    home = tempfile.mkdtemp(prefix="seston-test-")
    os.environ["SESTON_HOME"] = home
    # registered before the servers start, so it runs after they have stopped
    atexit.register(shutil.rmtree, home, ignore_errors=True)
prepare(Path(os.environ["SESTON_HOME"]))
# a training elsewhere on this machine must not make those of the tests wait for its device
os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="seston-test-")
atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)
