"""Where the features are computed in bfloat16, and how a training gives the same weights twice.

By rule, not by a trial: a trial that falls out differently on a busy machine would change the weights. Measured on a
Xeon with AMX, training in bfloat16 was 1.5 to 2.5 times as fast for ResNet-18 and half as fast for MobileNetV3, whose
convolutions of one channel AMX can't help; predicting was 1.2 to 4 times as fast for all of them. On an EPYC with
AVX-512 alone, predicting by CompactResNet was 1.7 to 2.3 times as fast.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from classifier.models.backbones import is_depthwise


def trains_in_bfloat16(features: nn.Module, device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return cpu_has_bfloat16() and not is_depthwise(features)


def predicts_in_bfloat16(features: nn.Module, device: torch.device) -> bool:
    return trains_in_bfloat16(features, device) or (device.type == "cpu" and cpu_has_amx())


def cpu_has_amx() -> bool:
    return bool(torch.cpu.get_capabilities().get("amx_bf16", False))


def cpu_has_bfloat16() -> bool:
    has = torch.cpu.get_capabilities()
    return bool(has.get("amx_bf16", False) or has.get("avx512_bf16", False))


@contextmanager
def repeatable(device: torch.device) -> Iterator[None]:
    """Deterministic kernels for as long as it lasts. On a GPU the few operations without one warn and go on."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when CUDA is first used
    before = torch.are_deterministic_algorithms_enabled()
    warned = torch.is_deterministic_algorithms_warn_only_enabled()
    filled = torch.utils.deterministic.fill_uninitialized_memory  # type: ignore[attr-defined]
    torch.use_deterministic_algorithms(True, warn_only=device.type == "cuda")
    # a guard against reading what was never written, which torch's own operators do not do, at a tenth of the time
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    try:
        with torch.backends.cudnn.flags(deterministic=True, benchmark=False):
            yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warned)
        torch.utils.deterministic.fill_uninitialized_memory = filled  # type: ignore[attr-defined]
