"""One readable path from pictures to a backbone's folder. docs/pretraining.md has the reasons."""

import time

import torch

from classifier.contract.errors import Cancelled
from classifier.contract.pretraining import PretrainRequest, PretrainResult
from classifier.hpc.energy import watt_hours
from classifier.hpc.lease import device_lease
from classifier.inference.device import choose_device, set_up_cpu
from classifier.models.network import Architecture
from classifier.pretraining.folder import write_backbone
from classifier.pretraining.learner import Learner
from classifier.pretraining.loop import OnProgress, Pretrainer, PretrainingRun, ShouldStop
from classifier.pretraining.pictures import PretrainingSet, load_pretraining_set, share_pretraining_set
from classifier.run_folder import RunFolder
from classifier.training import checkpoint, distributed
from classifier.training.precision import repeatable

CACHES = ("decoded.cache", "decoded.npz")  # of no use when it is done


def pretrain(
    request: PretrainRequest,
    on_progress: OnProgress = lambda step: None,
    should_stop: ShouldStop = lambda: False,
) -> PretrainResult:
    """Pretrains a backbone into `request.out`; goes on from what an interrupted run left there.

    `on_progress` gets {"stage", "done", "total", "message"} and, of the epochs, "history". Raises ClassifierError for
    pictures that can't be learnt from, Cancelled when `should_stop` says so.
    """
    set_up_cpu(request.threads, leaves_a_core=True)
    run = PretrainingRun(
        request, RunFolder(request.out), choose_device(request.device), on_progress, should_stop
    )

    def on_wait(sentence: str) -> None:
        on_progress({"stage": "wait", "done": 0, "total": 1, "message": sentence})

    with distributed.group(), device_lease(run.device, on_wait, should_stop), repeatable(run.device):
        started = time.monotonic()
        learning = share_pretraining_set(lambda: _loaded(run), run.folder)
        pretrainer = Pretrainer(run, learning, _learner(run))
        pretrainer.train()
        if not distributed.is_main():
            return PretrainResult(request.out, 0.0)
        metrics = _metrics(run, learning, pretrainer, started)
        _write(run, pretrainer, metrics)
    return PretrainResult(request.out, metrics["minutes"], metrics)


def _loaded(run: PretrainingRun) -> PretrainingSet:
    def on_done(done: int, total: int) -> None:
        message = f"Decoded {done:,} of {total:,} images"
        run.on_progress({"stage": "decode", "done": done, "total": total, "message": message})
        if run.should_stop():
            raise Cancelled

    return load_pretraining_set(run.request, run.folder, on_done)


def _learner(run: PretrainingRun) -> Learner:
    request = run.request
    torch.manual_seed(request.seed)
    shape = Architecture.suited(request.backbone, request.side, request.stem, classes=0)
    return distributed.from_main(lambda: Learner(shape, request.loss)).on(run.device)


def _metrics(run: PretrainingRun, learning: PretrainingSet, pretrainer: Pretrainer, started: float) -> dict:
    """What is support of it: the last epoch's figures, and what it cost."""
    minutes = (time.monotonic() - started) / 60
    last = {name: value for name, value in pretrainer.history[-1].items() if name not in ("lr", "seconds")}
    return last | {
        "images": len(learning.learn),
        "labelled": len(learning.support),
        "held_out": len(learning.query),
        "unreadable": learning.unreadable,
        "dimensions": pretrainer.learner.width,
        "device": str(run.device),
        "minutes": minutes,
        "watt_hours": watt_hours(run.device, minutes),
    }


def _write(run: PretrainingRun, pretrainer: Pretrainer, metrics: dict) -> None:
    write_backbone(run.folder, run.request, pretrainer, metrics)
    checkpoint.remove(run.folder)
    for name in CACHES:
        (run.folder / name).unlink(missing_ok=True)
