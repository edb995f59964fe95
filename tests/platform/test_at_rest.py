"""What a site that nobody uses has in its memory."""

from tests.platform.servers import printed_by

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


def test_workers_at_rest_have_loaded_nothing_that_only_jobs_need() -> None:
    """A worker with torch takes 300 MB; its first job of the kind loads it."""
    code = (
        "import sys, django; django.setup(); from seston.forking import load_shared; load_shared();"
        f"print(sorted({HEAVY!r} & set(sys.modules)), 'worker.tasks' in sys.modules)"
    )
    assert printed_by(code) == "[] True"
