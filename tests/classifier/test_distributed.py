"""Several processes, and several trainings, on one machine."""

import multiprocessing
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from classifier.contract.errors import Cancelled
from classifier.hpc import lease
from classifier.hpc.lease import device_lease, lock_path
from classifier.methods.network import NetworkMethod
from classifier.run_folder import RunFolder
from classifier.training import distributed
from tests.classifier.drawn import STEPS, drawn, small_request
from tests.classifier.two_processes import contrastive_gradient, epoch_gradients

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "classifier" / "hpc" / "slurm.sh"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The folder in which two processes have done what `two_processes` says."""
    folder = tmp_path_factory.mktemp("two")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    subprocess.run([*launcher, "-m", "tests.classifier.two_processes", str(folder)], cwd=ROOT, check=True)
    return folder


def weights(folder: Path, rank: int) -> dict[str, np.ndarray]:
    return load_file(folder / f"process{rank}" / "model.safetensors")


def equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_two_processes_learn_one_model(two, tmp_path):
    """Both end with the same weights; losses are those of one process but for the statistics of half batches."""
    together = two / "together"
    assert equal(weights(together, 0), weights(together, 1))
    assert {path.name for path in together.iterdir()} == {
        "checkpoint.pt",
        "decoded.cache",
        "history.jsonl",
        "member0.pt",
        "process0",
        "process1",
    }
    alone = RunFolder(tmp_path / "alone")
    NetworkMethod().fit(drawn(), small_request(alone.path), alone, lambda step: None, lambda: False)
    of_two, of_one = RunFolder(together).read_history(), alone.read_history()
    assert len(of_two) == len(of_one)
    for two_entry, one_entry in zip(of_two, of_one, strict=True):
        assert two_entry["train_loss"] == pytest.approx(one_entry["train_loss"], abs=0.25)
        assert two_entry["lr"] == one_entry["lr"]


def test_two_processes_that_were_stopped_end_in_the_same_weights(two):
    for rank in (0, 1):
        assert equal(weights(two / "interrupted", rank), weights(two / "together", rank))


def test_the_checkpoint_of_two_processes_is_one_of_one(two):
    state = torch.load(two / "together" / "checkpoint.pt", weights_only=True)
    assert state["network"].keys() == state["average"].keys() == weights(two / "together", 0).keys()


@pytest.mark.parametrize(
    ("name", "epoch"), [("whole", 1), ("parts", 1), ("short", 1), ("frozen", 0)], ids=lambda value: str(value)
)
def test_gradients_of_two_processes_are_those_of_one(two, tmp_path, name, epoch):
    """In one part or in several, where one of them is short of memory, and while the body is frozen."""
    alone = epoch_gradients(tmp_path, 16, epoch)
    first, second = (dict(np.load(two / f"{name}{rank}.npz")) for rank in (0, 1))
    assert equal(first, second)
    assert first.keys() == alone.keys()
    assert all(np.allclose(first[key], alone[key], atol=1e-5) for key in alone)


def test_a_loss_over_the_whole_batch_has_the_gradient_of_one_process(two):
    first, second = (np.load(two / f"contrastive{rank}.npy") for rank in (0, 1))
    assert np.array_equal(first, second)
    assert np.allclose(first, contrastive_gradient(), atol=1e-6)


def test_two_processes_pretrain_one_backbone(two):
    first, second = (dict(np.load(two / "pretrained" / f"weights{rank}.npz")) for rank in (0, 1))
    assert equal(first, second)
    (loss, last) = (line["loss"] for line in RunFolder(two / "pretrained").read_history())
    assert last < loss


def test_a_head_without_labels_in_a_batch_learns_nothing_of_it(two):
    """One object alone has a label of the fourth trait; it lies in one process's part of one batch."""
    names = np.load(two / "whole0.npz").files
    assert sum(name.endswith("trait_heads.3.weight") for name in names) == 1
    assert sum(name.endswith("trait_heads.0.weight") for name in names) == STEPS


def test_one_process_needs_no_group():
    with distributed.group() as rank:
        assert rank == 0
        assert distributed.is_main()
        assert distributed.world() == 1
        assert distributed.part(7) == slice(0, 7)
        assert distributed.from_main(lambda: "made") == "made"


# --- The lease --------------------------------------------------------------------------------------------------------


def hold(lent: Connection) -> None:
    with device_lease(torch.device("cpu"), pytest.fail, lambda: False):
        lent.send(True)
        lent.poll(60)


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """Another process that has the CPU."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(lease.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(lease, "POLL_SECONDS", 0.01)
    forking = multiprocessing.get_context("fork")  # a new Python would load torch first
    mine, lent = forking.Pipe()
    process = forking.Process(target=hold, args=(lent,))
    process.start()
    assert mine.recv()
    yield process
    process.kill()
    process.join()
    mine.close()
    lent.close()


def test_a_device_that_is_taken_is_waited_for_until_its_holder_is_killed(holder):
    messages = []

    def on_wait(sentence: str) -> None:
        messages.append(sentence)
        holder.kill()  # SIGKILL: the holder has no time to tidy up

    with device_lease(torch.device("cpu"), on_wait, lambda: False):
        holder.join()
        assert holder.exitcode == -9
    assert messages == ["Another training on this machine has the cpu: this one begins when that ends."]


def test_waiting_can_be_cancelled(holder):
    messages = []
    with (
        pytest.raises(Cancelled),
        device_lease(torch.device("cpu"), messages.append, lambda: bool(messages)),
    ):
        pytest.fail("the device is taken")


def test_a_free_device_is_taken_at_once_and_given_back(tmp_path, monkeypatch):
    monkeypatch.setattr(lease.tempfile, "tempdir", str(tmp_path))
    for _ in range(2):
        with device_lease(torch.device("cpu"), pytest.fail, lambda: False):
            assert lock_path(torch.device("cpu")).parent == tmp_path


def test_the_processes_of_one_training_share_the_cpu(tmp_path, monkeypatch):
    monkeypatch.setattr(lease.tempfile, "tempdir", str(tmp_path))
    with device_lease(torch.device("cpu"), pytest.fail, lambda: False):
        monkeypatch.setenv("LOCAL_RANK", "1")
        with device_lease(torch.device("cpu"), pytest.fail, lambda: False):
            pass


# --- The cluster ------------------------------------------------------------------------------------------------------


def test_the_job_script_is_a_script():
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)
    wrong = subprocess.run(["bash", str(SCRIPT), "dance"], cwd=ROOT, capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "usage" in wrong.stderr


@pytest.mark.parametrize(
    ("gpus", "expected"),
    [
        ("1", "-m classifier train --manifest set.parquet --out model"),
        (
            "4",
            "-m torch.distributed.run --standalone --nproc-per-node 4 "
            "-m classifier train --manifest set.parquet --out model",
        ),
    ],
)
def test_the_job_script_starts_a_process_a_gpu(tmp_path, gpus, expected):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    environment = {"SESTON_PYTHON": str(python), "SLURM_GPUS_ON_NODE": gpus, "PATH": "/usr/bin:/bin"}
    script = ["bash", str(SCRIPT), "train", "--manifest", "set.parquet", "--out", "model"]
    result = subprocess.run(script, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == expected
