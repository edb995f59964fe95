"""What a site that nobody uses has in its memory."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = {
    "torch",
    "torchvision",
    "sklearn",
    "skimage",
    "pandas",
    "numba",
    "umap",
    "matplotlib",
    "pyvips",
    "av",
    "h5py",
}


def printed_by(code: str) -> str:
    code = f"import manage, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'seston.settings'; {code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


def test_workers_at_rest_have_loaded_nothing_that_only_jobs_need() -> None:
    """A worker with torch takes 300 MB; its first job of the kind loads it."""
    code = (
        "import sys, django; django.setup(); from seston.forking import load_shared; load_shared();"
        f"print(sorted({HEAVY!r} & set(sys.modules)), 'worker.tasks' in sys.modules)"
    )
    assert printed_by(code) == "[] True"


def test_work_that_is_done_apart_leaves_nothing_behind_and_its_end_is_known() -> None:
    code = (
        "import sys, django; django.setup(); from seston.forking import run_apart;"
        "ends = [run_apart('good', lambda: __import__('colorsys')), run_apart('bad', lambda: 1 / 0),"
        " run_apart('left', lambda: sys.exit(3))];"
        "print(ends, 'colorsys' in sys.modules)"
    )
    assert printed_by(code) == "[0, 1, 3] False"
