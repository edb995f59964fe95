"""The layout in memory in which convolutions are fastest."""

from typing import Self

import torch
from torch import nn


class ChannelsLast(nn.Module):
    """A network whose channels come last."""

    def on(self, device: torch.device) -> Self:
        """On the device, in that layout."""
        return self.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
