"""A prepared check for a GPU: in at most eight minutes on one device, a table and a file of JSON.

    python -m benchmarks.gpu FOLDER [--device auto] [--minutes 8] [--out gpu.json] [--parts …]

FOLDER has `images.zip`, `labels.csv` and `classes.csv`, as for benchmarks.learning. In this order:

rates     forward and a training step of four networks as the product does them, beside the bare pass: the same network
          on tensors that lie ready, bfloat16 where the device has it, channels last
loader    images a second from the decoded file to the device, as if it had never been read
scratch   the default network on the folder, for as many epochs as three quarters of the time allow: macro-F1, accuracy
simclr    a pretraining for as many epochs as a fifth of the time allows: what its probes say
together  two processes by torchrun: do both end with the same weights? On GPUs where there are two, else on the CPU
resume    a training that is killed (SIGKILL) after its first epoch and started again: does it end in the same weights?

With `--minutes 0` everything is as small as it gets: that is how the check itself is tested, on a CPU.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file

from benchmarks.learning import manifest_of
from benchmarks.loader import forget
from classifier.contract.messages import TrainRequest
from classifier.contract.pretraining import PretrainRequest
from classifier.data.decoded import Pictures
from classifier.data.prefetching import prefetched
from classifier.inference.device import choose_device, set_up_cpu
from classifier.methods.network import FittedNetwork
from classifier.models.network import SIZES, Architecture, Network
from classifier.models.preprocessing import Preprocessing
from classifier.outputs import PictureBatch
from classifier.pretraining.run import pretrain
from classifier.training.examples import FromFile
from classifier.training.precision import predicts_in_bfloat16, trains_in_bfloat16
from classifier.training.run import train
from classifier.training.speed import measure_learning

NETWORKS = (("compact_resnet", 48), ("mobilenet_v3_small", 96), ("resnet18", 96), ("efficientnet_v2_s", 128))
CLASSES, SMALL = 100, 240  # classes; pictures of what is killed, and of what two processes learn
FOR_SCRATCH, FOR_SIMCLR = 0.75, 0.19  # of the minutes
PARTS = ("rates", "loader", "scratch", "simclr", "together", "resume")
ROOT = Path(__file__).parents[1]


@dataclass
class Check:
    """What is checked on what; `results` is what goes into the file."""

    manifest: Path
    scratch: Path
    device: torch.device
    minutes: float
    results: dict

    @property
    def is_small(self) -> bool:
        return self.minutes == 0

    def add(self, part: str, **figures: object) -> None:
        self.results.setdefault(part, []).append(figures)
        words = ", ".join(f"{name} {_short(value)}" for name, value in figures.items())
        print(f"{part:9} {words}", flush=True)


def _short(value: object) -> object:
    return f"{value:,.3g}" if isinstance(value, float) else value


# --- Rates ------------------------------------------------------------------------------------------------------------


def rates(check: Check) -> None:
    batch = 8 if check.is_small else (1024 if check.device.type == "cuda" else 128)
    for name, side in NETWORKS[: 1 if check.is_small else None]:
        network = Network(Architecture.suited(name, side, classes=CLASSES)).on(check.device)
        pixels = np.random.default_rng(0).integers(0, 256, (batch, side, side), np.uint8)
        bare, ours = _forward(check, network, pixels)
        bare_step, our_step = _steps(check, network, pixels)
        check.add(
            "rates",
            network=name,
            side=side,
            forward=ours,
            of_bare=ours / bare,
            training=our_step,
            of_bare_step=our_step / bare_step,
        )


def _forward(check: Check, network: Network, pixels: np.ndarray) -> tuple[float, float]:
    """Images/s: the bare pass on a tensor that lies ready, and the product's from bytes to scores."""
    network.eval().in_bfloat16 = predicts_in_bfloat16(network.features, check.device)
    fitted = FittedNetwork([network], Preprocessing(0.8, 0.2, (6, 0.3, 1), (1, 1, 1)), [], np.zeros(CLASSES))
    sizes = np.zeros((len(pixels), SIZES), np.float32)
    ready, ready_sizes = _ready(check, pixels)

    @torch.inference_mode()
    def bare() -> None:
        network(ready, ready_sizes)

    ours = _rate(check, lambda: fitted(PictureBatch(pixels, sizes)), len(pixels))
    return _rate(check, bare, len(pixels)), ours


def _steps(check: Check, network: Network, pixels: np.ndarray) -> tuple[float, float]:
    """Images/s: forward and backward alone, and the product's step with views, clipping, AdamW and the average."""
    network.train().in_bfloat16 = trains_in_bfloat16(network.features, check.device)
    network.requires_grad_(True)
    ready, sizes = _ready(check, pixels)
    labels = torch.arange(len(pixels), device=check.device) % CLASSES

    def bare() -> None:
        network.zero_grad(set_to_none=True)
        F.cross_entropy(network(ready, sizes).logits, labels).backward()

    rate = _rate(check, bare, len(pixels))
    return rate, 1 / measure_learning(network, torch.from_numpy(pixels).to(check.device))


def _ready(check: Check, pixels: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    grey = torch.from_numpy(pixels).to(check.device)[:, None].float() / 255
    sizes = torch.zeros(len(pixels), SIZES, device=check.device)
    return grey.contiguous(memory_format=torch.channels_last), sizes


def _rate(check: Check, work: Callable[[], object], count: int) -> float:
    """Things/s, of the best of several times."""
    times = []
    for _ in range(2 if check.is_small else 8):
        _wait(check)
        started = time.perf_counter()
        work()
        _wait(check)
        times.append(time.perf_counter() - started)
    return count / min(times[1:])


def _wait(check: Check) -> None:
    """A GPU is asked and answers later."""
    if check.device.type == "cuda":
        torch.cuda.synchronize(check.device)


# --- Learning ---------------------------------------------------------------------------------------------------------


def loader(check: Check) -> None:
    """Images/s that come from the decoded file to the device, as if it had never been read; a training takes fewer."""
    count, side = (512 if check.is_small else 20_000), NETWORKS[0][1]
    cache = check.scratch / "decoded.cache"
    written = np.memmap(cache, np.uint8, "w+", shape=(count, side, side))
    written[:] = np.random.default_rng(0).integers(0, 256, written.shape, np.uint8)
    written.flush()
    del written
    forget(cache)
    pixels = np.memmap(cache, np.uint8, "r", shape=(count, side, side))
    pictures = Pictures(pixels, np.zeros((count, SIZES), np.float32), np.ones(count, bool), np.arange(count))
    source, started = FromFile(pictures, check.device), time.perf_counter()
    for read in prefetched(source.read(rows) for rows in np.array_split(np.arange(count), count // 64)):
        source.on_device(read)
    _wait(check)
    check.add("loader", side=side, images_a_second=count / (time.perf_counter() - started))


def scratch(check: Check) -> None:
    manifest = _some(check, "scratch", SMALL) if check.is_small else check.manifest
    settings = {
        "epochs": _epochs(check, FOR_SCRATCH, views=1),
        "device": str(check.device),
        "baseline": False,
    }
    request = TrainRequest(str(manifest), str(check.scratch / "model"), learning_curve=False, **settings)
    metrics = train(request).metrics
    names = ("macro_f1", "accuracy", "nll", "ece", "minutes")
    check.add("scratch", epochs=settings["epochs"], **{name: metrics[name] for name in names})


def simclr(check: Check) -> None:
    manifest = _some(check, "simclr", SMALL) if check.is_small else check.manifest
    epochs = _epochs(check, FOR_SIMCLR, views=2)
    request = PretrainRequest(
        str(manifest),
        str(check.scratch / "backbone"),
        epochs=epochs,
        batch_size=64 if check.is_small else 1024 if check.device.type == "cuda" else 256,
        device=str(check.device),
    )
    metrics = pretrain(request).metrics
    names = [name for name in ("knn_accuracy", "linear_accuracy", "minutes") if name in metrics]
    check.add("simclr", epochs=epochs, **{name: metrics[name] for name in names})


def _epochs(check: Check, share: float, views: int) -> int:
    """As many as the share of the time allows, by how fast the default network learns here."""
    if check.is_small:
        return 1
    name, side = NETWORKS[0]
    network = Network(Architecture.suited(name, side, classes=CLASSES)).on(check.device)
    pixels = torch.randint(0, 256, (64, side, side), dtype=torch.uint8, device=check.device)
    seconds = measure_learning(network, pixels) * views * pq.read_metadata(check.manifest).num_rows * 0.8
    return max(1, min(200, int(60 * check.minutes * share / seconds)))


def _some(check: Check, name: str, count: int) -> Path:
    """A manifest of the largest classes' first pictures, with the folds that they have."""
    table = pq.read_table(check.manifest)
    labels = np.array(table["label"].to_pylist())
    names, counts = np.unique(labels, return_counts=True)
    largest = names[np.argsort(-counts)][:4]
    rows = np.concatenate([np.flatnonzero(labels == label)[: count // 4] for label in largest])
    manifest = check.manifest.parent / f"{name}.parquet"
    pq.write_table(table.take(pa.array(np.sort(rows))), manifest)
    return manifest


# --- Several processes, and kills -------------------------------------------------------------------------------------


def together(check: Check) -> None:
    """Two processes by torchrun."""
    has_two = torch.cuda.is_available() and torch.cuda.device_count() > 1
    out = check.scratch / "together"
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    hidden = {} if has_two else {"CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, *launcher, *_training(check, out, "auto" if has_two else "cpu")]
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | hidden, capture_output=True, text=True)
    is_model = (out / "config.json").exists()
    check.add(
        "together",
        on="two GPUs" if has_two else "the CPU",
        ended_well=done.returncode == 0 and is_model,
        seconds=time.monotonic() - started,
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)


def resume(check: Check) -> None:
    whole, killed = check.scratch / "whole", check.scratch / "killed"
    device = str(check.device)
    subprocess.run(
        [sys.executable, *_training(check, whole, device)], cwd=ROOT, check=True, capture_output=True
    )
    _kill_after_first_epoch([sys.executable, *_training(check, killed, device)], killed)
    subprocess.run(
        [sys.executable, *_training(check, killed, device)], cwd=ROOT, check=True, capture_output=True
    )
    one, other = (load_file(folder / "model.safetensors") for folder in (whole, killed))
    farthest = max(float(np.abs(one[name] - other[name].astype(np.float64)).max()) for name in one)
    check.add("resume", same_weights=farthest == 0, farthest=farthest)


def _training(check: Check, out: Path, device: str) -> list[str]:
    manifest = _some(check, "small", SMALL)
    where = ["--manifest", str(manifest), "--out", str(out), "--device", device]
    return ["-m", "classifier", "train", *where, "--epochs", "3", "--threads", "1", "--no-baseline"]


def _kill_after_first_epoch(command: list[str], folder: Path) -> None:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (folder / "history.jsonl").exists():
        time.sleep(0.02)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()


# --- All of it --------------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> dict:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--minutes", type=float, default=8, help="0: as small as it gets")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    options = parser.parse_args(arguments)
    set_up_cpu(1 if options.minutes == 0 else 0)
    with tempfile.TemporaryDirectory() as name:
        scratch_folder = Path(name)
        manifest = manifest_of(options.folder, scratch_folder)
        check = Check(manifest, scratch_folder, choose_device(options.device), options.minutes, {})
        check.add("device", name=_device_name(check.device), torch=torch.__version__)
        for part in options.parts:
            started = time.monotonic()
            DOES[part](check)
            check.results.setdefault("seconds", {})[part] = round(time.monotonic() - started, 1)
    if options.out:
        options.out.write_text(json.dumps(check.results, indent=1))
    return check.results


DOES = {
    "rates": rates,
    "loader": loader,
    "scratch": scratch,
    "simclr": simclr,
    "together": together,
    "resume": resume,
}


def _device_name(device: torch.device) -> str:
    return (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"CPU, {torch.get_num_threads()} threads"
    )


if __name__ == "__main__":
    main()
