import os

import torch


def choose_device(name: str) -> torch.device:
    """`auto`: a GPU where there is one."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def set_up_threads(threads: int) -> None:
    """Denormal numbers make an untrained network many times slower on a CPU."""
    torch.set_num_threads(threads or os.cpu_count() or 1)
    torch.set_flush_denormal(True)
