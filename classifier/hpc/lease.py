"""One device never gets two trainings: whoever trains holds a lock on the device's file, and the next one waits.

The kernel lets go of the lock when its process ends, after kill -9 too. It holds among all processes of a machine,
those of other users included.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from classifier.contract.errors import Cancelled

POLL_SECONDS = 0.5  # seconds


@contextmanager
def device_lease(
    device: torch.device, on_wait: Callable[[str], None], should_stop: Callable[[], bool]
) -> Iterator[None]:
    """The device is ours alone for as long as it lasts. `on_wait` hears a sentence, once, when another has it.

    Processes that torchrun has started on one CPU are one training: the first of them holds it for all.
    Raises Cancelled when `should_stop` says so while it waits.
    """
    if device.type == "cpu" and os.environ.get("LOCAL_RANK", "0") != "0":
        yield
        return
    # for reading only: a file of another user can be locked, but not opened to be written
    path = lock_path(device)
    if not path.exists():
        path.touch()
    file = os.open(path, os.O_RDONLY)
    try:
        is_reported = False
        while not _locked(file):
            if should_stop():
                raise Cancelled
            if not is_reported:
                on_wait(f"Another training on this machine has the {device}: this one begins when that ends.")
                is_reported = True
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(file)


def lock_path(device: torch.device) -> Path:
    """A GPU is named by its own number, which stays the same where CUDA_VISIBLE_DEVICES counts anew."""
    name = device.type
    if device.type == "cuda":
        name = f"gpu-{torch.cuda.get_device_properties(device).uuid}"
    elif device.index is not None:
        name = f"{device.type}-{device.index}"
    return Path(tempfile.gettempdir()) / f"seston-device-{name}.lock"


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
