"""What the arithmetic runs on, and how it is set up."""

import ctypes
import os

import torch

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h
KEPT_FREE = 2**30  # bytes


def choose_device(name: str) -> torch.device:
    """`auto`: a GPU where there is one. A GPU always comes with its number."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    return device


def set_up_cpu(threads: int, *, leaves_a_core: bool = False) -> None:
    """`threads` 0: all cores, parted among the processes that torchrun has started here; a process by itself may leave
    one to others. Threads wait for each other in every layer: where a small network learns and one of them loses its
    core to another program, a step was seen to take ten times as long (docs/lab-notes.md).

    Denormal numbers make an untrained network many times slower on a CPU, so they are switched off.
    """
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    share = (os.cpu_count() or 1) // processes - (leaves_a_core and processes == 1)
    torch.set_num_threads(threads or max(share, 1))
    torch.set_flush_denormal(True)
    _keep_memory()


def _keep_memory() -> None:
    """Lets the memory of one layer serve the next.

    The C library asks the system for each large block anew and gives it back, and the system fills it with zeros each
    time: half of the time of a forward pass.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # not every C library has it
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, KEPT_FREE)
