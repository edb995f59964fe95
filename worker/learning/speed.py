"""How long trainings take on this machine: measured on drawn vignettes, a figure at a time."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from annotations.demo.drawing.classes import CLASSES
from annotations.demo.drawing.vignette import Light, draw_vignette
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.models import DeviceSpeed
from annotations.learning.speeds import keep_speed
from classifier.hpc.lease import device_lease
from classifier.inference.device import choose_device
from classifier.training.speed import Speed, measure_speeds
from worker.errors import classifier_errors

PICTURES = 64
PIXEL_UM = 10.6
LIGHT = Light(level=0.9, contrast=1.5, grain=0.01)


@jobs.measure_device.work
def measure_device(job: Job, progress: Progress) -> dict:
    """The work of a measuring job; what is measured by then stays when it is cancelled.

    No training runs meanwhile: where one waits, the rest is left for another time.
    """
    worker, device = socket.gethostname(), choose_device("auto")
    networks, sizes = job.params["networks"], job.params["image_sizes"]
    total, done, is_waited_for = 2 * (len(networks) * len(sizes) + 1), 0, False

    def say_waiting(message: str) -> None:
        progress.update(0, total, message)

    with classifier_errors(), device_lease(device, say_waiting, progress.should_stop), _vignettes() as files:
        for speed in measure_speeds(files, networks, sizes, str(device), progress.should_stop):
            with progress.fenced():
                keep_speed(worker=worker, device=str(device), speed=_row(speed))
            done += 1
            progress.update(done, total, f"Measured {_name(speed)} on {worker} ({device})")
            if is_waited_for := _is_waited_for(job):
                break
    rest = f" The other {total - done} wait: another job was next." if is_waited_for else ""
    return {"measured": done, "message": f"Measured {done} ways to train on {worker} ({device}).{rest}"}


def _is_waited_for(job: Job) -> bool:
    return Job.objects.filter(queue=job.queue, state=JobState.QUEUED).exists()


def _row(speed: Speed) -> DeviceSpeed:
    return DeviceSpeed(
        method=speed.method,
        network=speed.network,
        image_size=speed.image_size,
        seconds_once=speed.once,
        seconds_epoch=speed.epoch,
    )


def _name(speed: Speed) -> str:
    size = f" at {speed.image_size} pixels" if speed.image_size else ""
    return f"{speed.method} {speed.network}".strip() + size


@contextmanager
def _vignettes() -> Iterator[list[Path]]:
    """Of plausible sizes, for as long as they are looked at."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.png" for number in range(PICTURES)]
        for number, path in enumerate(paths):
            drawn = draw_vignette(CLASSES[number % len(CLASSES)], rng, LIGHT, PIXEL_UM)
            Image.fromarray(drawn.pixels).save(path)
        yield paths
