import os

import torch


def choose_device(name: str) -> torch.device:
    """`auto`: a GPU where there is one. A GPU always comes with its number."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    return device


def set_up_threads(threads: int) -> None:
    """`threads` 0: all cores, parted among the processes that torchrun has started here.

    Denormal numbers make an untrained network many times slower on a CPU, so they are switched off.
    """
    share = (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    torch.set_num_threads(threads or max(share, 1))
    torch.set_flush_denormal(True)
