"""Lets torchvision be imported beside a CPU build of torch.

PyPI's torchvision is a CUDA build: its compiled operators are missing on a CPU, and its import fails because it
registers fake kernels for two of them. Declaring these two first is enough; nothing here calls them.
"""

import torch

SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def declare_missing_operators() -> None:
    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            _library.define(f"{name}{SIGNATURE}")


# Kept for the life of the process: when a Library object goes, so do its operators.
_library = torch.library.Library("torchvision", "FRAGMENT")
declare_missing_operators()
