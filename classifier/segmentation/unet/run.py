"""One readable path from scans and masks to a segmenter's folder. docs/unet.md has the reasons."""

import time
from collections.abc import Sequence
from pathlib import Path

from classifier.contract.unet import UnetRequest, UnetResult
from classifier.hpc.energy import watt_hours
from classifier.inference.network_folder import finished_metrics, learning_facts
from classifier.segmentation.unet.folder import METHOD, write_segmenter
from classifier.segmentation.unet.manifest import read_scans
from classifier.segmentation.unet.measuring import measure_network
from classifier.segmentation.unet.patches import organism_count
from classifier.segmentation.unet.scans import LearningScan, class_names, load_scan
from classifier.segmentation.unet.training import UnetTrainer
from classifier.training.patch_run import OnProgress, PatchRun, ShouldStop, patch_run
from classifier.training.precision import predicts_in_bfloat16


def train_segmenter(
    request: UnetRequest,
    on_progress: OnProgress = lambda step: None,
    should_stop: ShouldStop = lambda: False,
) -> UnetResult:
    """Trains a U-Net into `request.out`; goes on from what an interrupted run left there, and leaves a finished one.

    `on_progress` gets {"stage", "done", "total", "message"} and, of the epochs, "history". Raises ClassifierError for
    scans or masks that can't be learnt from, Cancelled when `should_stop` says so.
    """
    with patch_run(request, on_progress, should_stop) as run:
        started = time.monotonic()
        scans, names = _load(run)
        trainer = UnetTrainer(run, scans, len(names) + 1)
        sizes = sorted({scan.pixel_um for scan in scans if scan.pixel_um and not scan.held_out})
        facts = learning_facts(METHOD, request.settings, names, sizes, trainer.fingerprint)
        earlier = finished_metrics(run.folder, facts)
        if earlier is not None:
            del trainer, scans  # whose arrays lie there
            run.tidy_up()
            return UnetResult(request.out, earlier["minutes"], earlier, was_finished=True)
        network = trainer.train()
        network.in_bfloat16 = predicts_in_bfloat16(network, run.device)
        on_progress({"stage": "measure", "done": 0, "total": 1, "message": "Looking at the held-out scan"})
        metrics = {"held_out": measure_network(network, scans, names, should_stop)}
        minutes = (time.monotonic() - started) / 60
        metrics |= _facts(run, scans) | {"minutes": minutes, "watt_hours": watt_hours(run.device, minutes)}
    write_segmenter(run.folder, network, facts, metrics)
    del trainer, scans  # whose arrays lie there
    run.tidy_up()
    return UnetResult(request.out, minutes, metrics)


def _load(run: PatchRun[UnetRequest]) -> tuple[list[LearningScan], list[str]]:
    """Unpacked anew each time: a run may have been killed while it unpacked."""
    entries = read_scans(Path(run.request.manifest))
    names = class_names(entries)
    folders = run.unpacking(len(entries))
    scans = [
        load_scan(entry, names, folder, run.request.colour, run.should_stop)
        for entry, folder in zip(entries, folders, strict=True)
    ]
    return scans, names


def _facts(run: PatchRun[UnetRequest], scans: Sequence[LearningScan]) -> dict:
    learnt = [scan for scan in scans if not scan.held_out]
    return {
        "scans": len(learnt),
        "organisms": sum(map(organism_count, learnt)),
        "device": str(run.device),
    }
