"""One readable path from a learning set to a model. The recipe and its sources: docs/learning.md."""

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from classifier.data.decoded import Pictures, decode_all
from classifier.data.letterbox import VERSION as LETTERBOX
from classifier.errors import Cancelled, ClassifierError
from classifier.evaluation.baseline import NAME as BASELINE
from classifier.evaluation.baseline import forest_predictions
from classifier.evaluation.calibration import cross_fitted, fit_temperature
from classifier.evaluation.metrics import evaluate, expected_calibration_error
from classifier.inference.device import choose_device, set_up_threads
from classifier.manifest import read_manifest
from classifier.messages import TrainRequest, TrainResult
from classifier.models.network import SMALL_IMAGE, Network
from classifier.run_folder import RunFolder
from classifier.training.augment import augment
from classifier.training.split import Split, split

PEAK_RATE, FINE_TUNING_RATE = 3e-3, 5e-4
WEIGHT_DECAY = 0.05
EMA_DECAY = 0.998
OBJECTS_SEEN = 300_000  # what the automatic number of epochs aims at
FEWEST_EPOCHS, MOST_EPOCHS = 10, 100
OnProgress = Callable[[dict], None]
ShouldStop = Callable[[], bool]


@dataclass
class LearningSet:
    object_ids: np.ndarray
    classes: list[str]
    labels: np.ndarray  # class numbers
    pictures: Pictures
    sizes: np.ndarray  # standardised
    size_mean: np.ndarray
    size_std: np.ndarray
    split: Split
    prior: np.ndarray  # share of each class among the training objects

    @property
    def train(self) -> np.ndarray:
        return np.flatnonzero(~self.split.held_out)

    @property
    def test(self) -> np.ndarray:
        return np.flatnonzero(self.split.held_out)


def train(
    request: TrainRequest,
    on_progress: OnProgress = lambda step: None,
    should_stop: ShouldStop = lambda: False,
) -> TrainResult:
    """Trains, calibrates and evaluates a model into `request.out`; goes on from a checkpoint that lies there.

    Raises ClassifierError for a learning set that can't be learnt from, Cancelled when `should_stop` says so.
    """
    started = time.monotonic()
    set_up_threads(request.threads)
    folder = RunFolder(request.out)
    learning_set = load_learning_set(request, folder, on_progress, should_stop)
    trainer = Trainer(request, folder, learning_set, on_progress, should_stop)
    trainer.run()
    on_progress({"stage": "evaluate", "done": 0, "total": 1, "message": "Measuring on held-out objects"})
    metrics = finish(request, folder, learning_set, trainer)
    return TrainResult(str(folder.path), (time.monotonic() - started) / 60, metrics)


# --- The learning set -------------------------------------------------------------------------------------------------


def load_learning_set(
    request: TrainRequest, folder: RunFolder, on_progress: OnProgress, should_stop: ShouldStop
) -> LearningSet:
    """Decodes all pictures into a file of the run's folder, and splits. Pictures that can't be read are left out."""
    table = read_manifest(request.manifest)  # type: ignore[arg-type]
    total = len(table)

    def on_done(done: int) -> None:
        on_progress(
            {
                "stage": "decode",
                "done": done,
                "total": total,
                "message": f"Decoded {done:,} of {total:,} images",
            }
        )
        if should_stop():
            raise Cancelled

    paths, pixel_um = table["path"].to_pylist(), table["pixel_um"].to_numpy()
    pictures = decode_all(paths, pixel_um, request.image_size, folder / "decoded.cache", on_done)
    kept = np.flatnonzero(pictures.readable)
    pictures = Pictures(pictures.pixels[kept], pictures.sizes[kept], pictures.readable[kept])
    names = np.array(table["label"].to_pylist(), object)[kept]
    classes = sorted(set(names))
    _refuse_hopeless(classes, names, total)
    labels = np.searchsorted(classes, names)
    samples = np.array(table["sample"].to_pylist(), object)[kept].astype(str)
    parted = split(samples, labels, request.held_out, request.seed)
    if len(kept) < total:
        parted.warnings.append(f"{total - len(kept):,} images could not be read and were left out.")
    training = pictures.sizes[~parted.held_out]
    mean, std = training.mean(0), training.std(0) + 1e-3
    counts = np.bincount(labels[~parted.held_out], minlength=len(classes)) + 0.5
    return LearningSet(
        object_ids=table["object_id"].to_numpy()[kept],
        classes=classes,
        labels=labels,
        pictures=pictures,
        sizes=((pictures.sizes - mean) / std).clip(-4, 4).astype(np.float32),
        size_mean=mean,
        size_std=std,
        split=parted,
        prior=counts / counts.sum(),
    )


def _refuse_hopeless(classes: list[str], names: np.ndarray, total: int) -> None:
    if len(names) == 0:
        raise ClassifierError(
            f"None of the {total:,} images could be read. Are the files where the manifest says?"
        )
    if len(classes) < 2:
        raise ClassifierError("The learning set has only one taxon. Validate objects of at least two taxa.")


# --- Training ---------------------------------------------------------------------------------------------------------


class Trainer:
    """AdamW, one cycle, a moving average of the weights. All randomness comes from (seed, epoch, step)."""

    def __init__(
        self,
        request: TrainRequest,
        folder: RunFolder,
        learning_set: LearningSet,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ):
        self.request, self.folder, self.set = request, folder, learning_set
        self.on_progress, self.should_stop = on_progress, should_stop
        self.device = choose_device(request.device)
        self.warnings = list(learning_set.split.warnings)
        self.epochs = request.epochs or automatic_epochs(len(learning_set.train))
        self.steps = max(1, math.ceil(len(learning_set.train) / request.batch_size))
        self.mean, self.std = _grey_levels(learning_set)
        torch.manual_seed(request.seed)
        self.network = self._new_network().to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        rate = FINE_TUNING_RATE if self.is_pretrained else PEAK_RATE
        self.optimiser = torch.optim.AdamW(_parameter_groups(self.network), lr=rate)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, rate, total_steps=self.epochs * self.steps, pct_start=0.15
        )
        self.adjustment = torch.tensor(
            request.logit_adjustment * np.log(learning_set.prior), dtype=torch.float32, device=self.device
        )
        self.history: list[dict] = []

    def run(self) -> None:
        for epoch in range(self._resume(), self.epochs):
            started = time.monotonic()
            loss, accuracy = self._epoch(epoch)
            entry = {"epoch": epoch + 1, "train_loss": loss, "train_accuracy": accuracy}
            entry |= self._validate() | {
                "lr": float(self.schedule.get_last_lr()[0]),
                "seconds": time.monotonic() - started,
            }
            self.history.append(entry)
            self.folder.write_history(self.history)
            self._save_checkpoint(epoch + 1)
            self._report(epoch + 1, 0)

    def _new_network(self) -> Network:
        """Pretrained where asked for and to be had; else from scratch, and the run says so."""
        request, classes = self.request, len(self.set.classes)
        self.is_pretrained = request.pretrained
        if request.pretrained:
            try:
                return Network(request.backbone, classes, keep_resolution=False, pretrained=True)
            except OSError:  # urllib's errors are OSErrors: no network, or a file that is not there
                self.is_pretrained = False
                self.warnings.append("Pretrained weights could not be fetched: trained from scratch.")
        return Network(request.backbone, classes, keep_resolution=request.image_size <= SMALL_IMAGE)

    def _epoch(self, epoch: int) -> tuple[float, float]:
        self.network.train()
        torch.manual_seed(self.request.seed * 1009 + epoch)  # dropout
        order = np.random.default_rng([self.request.seed, epoch]).permutation(self.set.train)
        loss_sum = right = 0.0
        for step, batch in enumerate(np.array_split(order, self.steps)):
            if self.should_stop():
                raise Cancelled
            loss, hits = self._step(batch, epoch * self.steps + step)
            loss_sum, right = loss_sum + loss * len(batch), right + hits
            if step % 10 == 0:
                self._report(epoch, step)
        return loss_sum / len(order), right / len(order)

    def _step(self, batch: np.ndarray, number: int) -> tuple[float, float]:
        generator = torch.Generator().manual_seed(self.request.seed * 1_000_003 + number)
        pictures = augment(self._pictures(batch), generator)
        sizes = torch.from_numpy(self.set.sizes[batch]).to(self.device)
        sizes = sizes + 0.1 * torch.randn(sizes.shape, generator=generator).to(self.device)
        labels = torch.from_numpy(self.set.labels[batch]).to(self.device)
        with self._autocast():
            logits, _ = self.network(self._normalised(pictures), sizes)
        loss = F.cross_entropy(
            logits.float() + self.adjustment, labels
        )  # Menon et al. 2021, arXiv 2007.07314
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self._average_in(number)
        return float(loss.detach()), float((logits.argmax(1) == labels).sum())

    def _autocast(self) -> torch.autocast:
        # on a CPU bf16 slows depthwise networks down, so training there stays in float32
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")

    def _pictures(self, batch: np.ndarray) -> Tensor:
        grey = torch.from_numpy(np.ascontiguousarray(self.set.pictures.pixels[batch]))
        return grey.to(self.device)[:, None].float() / 255

    def _normalised(self, pictures: Tensor) -> Tensor:
        return ((pictures - self.mean) / self.std).contiguous(memory_format=torch.channels_last)

    def _average_in(self, number: int) -> None:
        decay = min(EMA_DECAY, (1 + number) / (10 + number))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    # --- Measuring ----------------------------------------------------------------------------------------------------

    def held_out_logits(self) -> np.ndarray:
        """Natural-prior logits of the held-out objects, by the averaged weights, (N, classes)."""
        live = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        self.network.eval()
        parts = []
        with torch.inference_mode():
            for batch in _batches(self.set.test, 256):
                sizes = torch.from_numpy(self.set.sizes[batch]).to(self.device)
                logits, _ = self.network(self._normalised(self._pictures(batch)), sizes)
                parts.append((logits.float() + self.adjustment).cpu().numpy())
        self.network.load_state_dict(live)
        return np.concatenate(parts).astype(np.float64)

    def _validate(self) -> dict[str, float]:
        """For the curves only: nothing is chosen by these figures, so they stay honest."""
        logits, labels = self.held_out_logits(), self.set.labels[self.set.test]
        probabilities = torch.from_numpy(logits).softmax(1).numpy()
        found = evaluate(labels, probabilities, self.set.classes)
        loss = -np.log(probabilities[np.arange(len(labels)), labels] + 1e-12).mean()
        return {"val_loss": float(loss), "val_accuracy": found["accuracy"], "val_macro_f1": found["macro_f1"]}

    def _report(self, epoch: int, step: int) -> None:
        message = f"Epoch {min(epoch + 1, self.epochs)} of {self.epochs}"
        if self.history:
            message += f", held-out accuracy {self.history[-1]['val_accuracy']:.1%}"
        done, total = epoch * self.steps + step, self.epochs * self.steps
        self.on_progress(
            {"stage": "train", "done": done, "total": total, "message": message, "history": self.history}
        )

    # --- Checkpoints --------------------------------------------------------------------------------------------------

    def _save_checkpoint(self, epochs_done: int) -> None:
        draft = self.folder / ".checkpoint.draft"
        state = {
            "request": self.request.to_json(),
            "epochs_done": epochs_done,
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "history": self.history,
        }
        torch.save(state, draft)
        draft.replace(self.folder / "checkpoint.pt")

    def _resume(self) -> int:
        """How many epochs an interrupted run of the same request has done."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return 0
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["request"] != self.request.to_json():
            return 0
        self.network.load_state_dict(state["network"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.history = state["history"]
        return state["epochs_done"]


def automatic_epochs(objects: int) -> int:
    """Small sets are seen more often, large ones less."""
    return int(np.clip(round(OBJECTS_SEEN / max(objects, 1)), FEWEST_EPOCHS, MOST_EPOCHS))


def _grey_levels(learning_set: LearningSet) -> tuple[float, float]:
    some = learning_set.pictures.pixels[learning_set.train[:2000]].astype(np.float32) / 255
    return float(some.mean()), float(some.std() + 1e-3)


def _parameter_groups(network: nn.Module) -> list[dict]:
    """No weight decay on norms and biases."""
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]


def _batches(indices: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(indices), size):
        yield indices[start : start + size]


# --- The end ----------------------------------------------------------------------------------------------------------


def finish(request: TrainRequest, folder: RunFolder, learning_set: LearningSet, trainer: Trainer) -> dict:
    """Calibrates, measures, writes the model's folder. Returns the metrics."""
    logits, labels = trainer.held_out_logits(), learning_set.labels[learning_set.test]
    probabilities = cross_fitted(logits, labels, request.seed)
    metrics = evaluate(labels, probabilities, learning_set.classes)
    plain = torch.from_numpy(logits).softmax(1).numpy()
    metrics |= {
        "ece_before": expected_calibration_error(labels, plain),
        "split": learning_set.split.kind,
        "warnings": trainer.warnings,
        "n_train": len(learning_set.train),
        "baseline": _baseline(request, learning_set),
    }
    save_file({k: v.contiguous().cpu() for k, v in trainer.average.items()}, folder / "model.safetensors")
    _write_tables(folder, learning_set, labels, probabilities)
    folder.write_json("metrics.json", metrics)
    folder.write_json("config.json", _config(request, learning_set, trainer, fit_temperature(logits, labels)))
    (folder / "checkpoint.pt").unlink(missing_ok=True)
    (folder / "decoded.cache").unlink(missing_ok=True)
    return metrics


def _baseline(request: TrainRequest, learning_set: LearningSet) -> dict | None:
    if not request.baseline:
        return None
    pictures, held_out = learning_set.pictures, learning_set.split.held_out
    labels, probabilities = forest_predictions(
        pictures.pixels, pictures.sizes, learning_set.labels, held_out, request.seed
    )
    found = evaluate(labels, probabilities, learning_set.classes)
    return {"name": BASELINE, **{key: found[key] for key in ("accuracy", "balanced_accuracy", "macro_f1")}}


def _write_tables(
    folder: RunFolder, learning_set: LearningSet, labels: np.ndarray, probabilities: np.ndarray
) -> None:
    classes = np.array(learning_set.classes, object)
    held_out = {
        "object_id": learning_set.object_ids[learning_set.test],
        "label": classes[labels],
        "predicted": classes[probabilities.argmax(1)],
        "score": probabilities.max(1),
    }
    pq.write_table(pa.table(held_out), folder / "held_out.parquet")
    fold = np.where(learning_set.split.held_out, "held out", "train")
    pq.write_table(pa.table({"object_id": learning_set.object_ids, "fold": fold}), folder / "split.parquet")


def _config(request: TrainRequest, learning_set: LearningSet, trainer: Trainer, temperature: float) -> dict:
    preprocessing = {
        "version": LETTERBOX,
        "image_size": request.image_size,
        "mean": trainer.mean,
        "std": trainer.std,
        "size_mean": learning_set.size_mean.tolist(),
        "size_std": learning_set.size_std.tolist(),
    }
    return {
        "format": 1,
        "backbone": request.backbone,
        "classes": learning_set.classes,
        "preprocessing": preprocessing,
        "preprocessing_hash": hashlib.sha256(repr(preprocessing).encode()).hexdigest()[:16],
        "temperature": temperature,
        "prior": learning_set.prior.tolist(),
        "logit_adjustment": request.logit_adjustment,
        "pretrained": trainer.is_pretrained,
        "keep_resolution": request.image_size <= SMALL_IMAGE and not trainer.is_pretrained,
        "epochs": trainer.epochs,
        "seed": request.seed,
        "device": str(trainer.device),
        "versions": {name: version(name) for name in ("torch", "torchvision", "pillow")},
    }
