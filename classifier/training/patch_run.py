"""A training on patches of scans: what is asked for, where it goes, who listens, and the device for as long."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch

from classifier.hpc.lease import device_lease
from classifier.inference.device import choose_device, set_up_cpu
from classifier.run_folder import RunFolder
from classifier.training import checkpoint
from classifier.training.precision import repeatable

UNPACKED = "scans"  # folder of the arrays
OnProgress = Callable[[dict], None]
ShouldStop = Callable[[], bool]


class PatchRequest(Protocol):
    """What a training on patches is asked for."""

    @property
    def out(self) -> str: ...

    @property
    def epochs(self) -> int: ...

    @property
    def steps(self) -> int: ...

    @property
    def rate(self) -> float: ...

    @property
    def seed(self) -> int: ...

    @property
    def device(self) -> str: ...

    @property
    def threads(self) -> int: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...


Request = TypeVar("Request", bound=PatchRequest)


@dataclass(frozen=True)
class PatchRun(Generic[Request]):
    """What is asked for, where it goes, and who listens."""

    request: Request
    folder: RunFolder
    device: torch.device
    on_progress: OnProgress
    should_stop: ShouldStop

    def unpacking(self, count: int) -> Iterator[Path]:
        """A folder for the arrays of each of so many scans; says how far that is. They go when all is done."""
        for number in range(count):
            message = f"Read {number} of {count} scans"
            self.on_progress({"stage": "decode", "done": number, "total": count, "message": message})
            yield self.folder / UNPACKED / str(number)

    def tidy_up(self) -> None:
        """When the network's folder is complete, and nobody holds the arrays."""
        checkpoint.remove(self.folder)
        shutil.rmtree(self.folder / UNPACKED)


@contextmanager
def patch_run(
    request: Request, on_progress: OnProgress, should_stop: ShouldStop
) -> Iterator[PatchRun[Request]]:
    """With the device for as long as it lasts, and arithmetic that gives the same twice."""
    set_up_cpu(request.threads, leaves_a_core=True)
    run = PatchRun(request, RunFolder(request.out), choose_device(request.device), on_progress, should_stop)

    def on_wait(sentence: str) -> None:
        on_progress({"stage": "wait", "done": 0, "total": 1, "message": sentence})

    with device_lease(run.device, on_wait, should_stop), repeatable(run.device):
        yield run
