"""One readable path from boxes to a detector's folder. docs/detection.md has the reasons."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from classifier.contract.detection import DetectorRequest, DetectorResult
from classifier.detection.apply import detected
from classifier.detection.boxes import label_names, read_boxes
from classifier.detection.evaluation import MeasuredFrame, best_score, detection_figures, ranked_boxes
from classifier.detection.folder import METHOD, write_detector
from classifier.detection.frames import LearningFrame, load_frame
from classifier.detection.retinanet.network import Detector
from classifier.detection.training import DetectorTrainer
from classifier.hpc.energy import watt_hours
from classifier.inference.network_folder import finished_metrics, learning_facts
from classifier.segmentation.unet.windows import PixelArray
from classifier.training.patch_run import OnProgress, PatchRun, ShouldStop, patch_run
from classifier.training.precision import predicts_in_bfloat16

JUDGED_ON = 8  # scans of those that were learnt from, at most, that the score is chosen by
JUDGED_SIDE = 2048  # pixels a side of them at most


def train_detector(
    request: DetectorRequest,
    on_progress: OnProgress = lambda step: None,
    should_stop: ShouldStop = lambda: False,
) -> DetectorResult:
    """Trains a detector into `request.out`; goes on from what an interrupted run left there, and leaves a finished one.

    `on_progress` gets {"stage", "done", "total", "message"} and, of the epochs, "history". Raises ClassifierError for
    scans or boxes that can't be learnt from, Cancelled when `should_stop` says so.
    """
    with patch_run(request, on_progress, should_stop) as run:
        started = time.monotonic()
        frames, names = _load(run)
        trainer = DetectorTrainer(run, frames, len(names))
        sizes = sorted({frame.pixel_um for frame in frames if frame.pixel_um and not frame.held_out})
        facts = learning_facts(METHOD, request.settings, names, sizes, trainer.fingerprint)
        earlier = finished_metrics(run.folder, facts)
        if earlier is not None:
            del trainer, frames  # whose arrays lie there
            run.tidy_up()
            return DetectorResult(request.out, earlier["minutes"], earlier, was_finished=True)
        network = trainer.train()
        network.in_bfloat16 = predicts_in_bfloat16(network, run.device)
        on_progress({"stage": "measure", "done": 0, "total": 1, "message": "Looking at the held-out scans"})
        score = _best_score(network, frames, should_stop)
        held_out = measure_detector(network, frames, names, score, should_stop)
        minutes = (time.monotonic() - started) / 60
        metrics = _facts(run, frames) | {"held_out": held_out, "score": score, "minutes": minutes}
        metrics["watt_hours"] = watt_hours(run.device, minutes)
    write_detector(run.folder, network, score, facts, metrics)
    del trainer, frames  # whose arrays lie there
    run.tidy_up()
    return DetectorResult(request.out, minutes, metrics)


def _load(run: PatchRun[DetectorRequest]) -> tuple[list[LearningFrame], list[str]]:
    """Unpacked anew each time: a run may have been killed while it unpacked."""
    entries = read_boxes(Path(run.request.boxes))
    names, folders = label_names(entries), run.unpacking(len(entries))
    frames = [
        load_frame(entry, names, folder, run.request.colour, run.should_stop)
        for entry, folder in zip(entries, folders, strict=True)
    ]
    return frames, names


def measure_detector(
    network: Detector,
    frames: Sequence[LearningFrame],
    names: Sequence[str],
    score: float,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict | None:
    """Figures of the held-out scans; None where none is. Raises Cancelled."""
    held_out = [frame for frame in frames if frame.held_out]
    if not held_out:
        return None
    measured = [
        MeasuredFrame(frame, detected(network, frame.scan, should_stop=should_stop)) for frame in held_out
    ]
    return {"scans": [frame.name for frame in held_out], "objects": detection_figures(measured, names, score)}


def _best_score(network: Detector, frames: Sequence[LearningFrame], should_stop: Callable[[], bool]) -> float:
    """Of scans that it learnt from: what is held out only says how good it is."""
    learnt = [frame for frame in frames if not frame.held_out and len(frame.boxes)]
    chosen = np.unique(np.linspace(0, len(learnt) - 1, min(JUDGED_ON, len(learnt))).astype(int))
    parts = [part_of(learnt[k]) for k in chosen]
    measured = [MeasuredFrame(part, detected(network, part.scan, should_stop=should_stop)) for part in parts]
    return best_score(ranked_boxes(measured))


def part_of(frame: LearningFrame) -> LearningFrame:
    """No more of it than JUDGED_SIDE pixels a side, around its middle box, with the boxes that lie there wholly."""
    scan = frame.scan
    x, y = np.median(frame.middles, axis=0).astype(int) - JUDGED_SIDE // 2
    left, top = (
        max(min(start, side - JUDGED_SIDE), 0) for start, side in ((x, scan.width), (y, scan.height))
    )
    pixels = scan.pixels[top : top + JUDGED_SIDE, left : left + JUDGED_SIDE]
    boxes = frame.boxes - np.array([left, top, left, top], np.float32)
    is_whole = ((boxes >= 0) & (boxes <= np.tile(pixels.shape[1::-1], 2))).all(1)
    part = PixelArray(pixels, scan.light)
    return LearningFrame(
        frame.name, part, boxes[is_whole], frame.classes[is_whole], frame.pixel_um, frame.held_out
    )


def _facts(run: PatchRun[DetectorRequest], frames: Sequence[LearningFrame]) -> dict:
    learnt = [frame for frame in frames if not frame.held_out]
    return {
        "scans": len(learnt),
        "organisms": sum(len(frame.boxes) for frame in learnt),
        "device": str(run.device),
    }
