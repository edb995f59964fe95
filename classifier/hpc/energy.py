"""About how much energy a training took: its time, and what the device draws at work."""

import os

import torch

WATTS_A_CORE = 10.0  # of a server's processor under load, with its memory; laptops draw less
WATTS_OF_A_GPU = 300.0  # where the driver does not tell


def watt_hours(device: torch.device, minutes: float) -> float:
    """An estimate, of three significant digits: what the processor's cores or the GPU draw, for as long as it took,
    without cooling."""
    watts = _gpu_watts(device) if device.type == "cuda" else WATTS_A_CORE * (os.cpu_count() or 1)
    return float(f"{watts * minutes / 60:.3g}")


def _gpu_watts(device: torch.device) -> float:
    try:
        return torch.cuda.power_draw(device) / 1000  # it is still warm from the last step
    except (ImportError, RuntimeError):  # pynvml is not there, or the driver says nothing
        return WATTS_OF_A_GPU
