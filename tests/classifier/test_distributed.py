"""Several processes, and several trainings, on one machine."""

import subprocess
import sys
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
from tests.classifier.drawn import drawn, small_request

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "classifier" / "hpc" / "slurm.sh"


def test_two_processes_learn_one_model(tmp_path):
    """Both end with the same weights; losses are those of one process but for the statistics of half batches."""
    together = tmp_path / "together"
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    subprocess.run([*launcher, "-m", "tests.classifier.drawn", str(together)], cwd=ROOT, check=True)
    first, second = (load_file(together / f"process{rank}" / "model.safetensors") for rank in (0, 1))
    assert all(np.array_equal(first[name], second[name]) for name in first)
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
    for two, one in zip(of_two, of_one, strict=True):
        assert two["train_loss"] == pytest.approx(one["train_loss"], abs=0.25)
        assert two["lr"] == one["lr"]


def test_one_process_needs_no_group():
    with distributed.group() as rank:
        assert rank == 0
        assert distributed.is_main()
        assert distributed.world() == 1
        assert distributed.part(7) == slice(0, 7)
        assert distributed.from_main(lambda: "made") == "made"


# --- The lease --------------------------------------------------------------------------------------------------------

HOLDER = """
import sys, time, torch
from classifier.hpc.lease import device_lease
with device_lease(torch.device("cpu"), print, lambda: False):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """Another process that has the CPU."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(lease.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(lease, "ASKED_EVERY", 0.01)
    process = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_device_that_is_taken_is_waited_for_until_its_holder_is_killed(holder):
    told = []

    def on_wait(sentence: str) -> None:
        told.append(sentence)
        holder.kill()  # SIGKILL: the holder has no time to tidy up

    with device_lease(torch.device("cpu"), on_wait, lambda: False):
        assert holder.wait() == -9
    assert told == ["Another training has the device cpu: waiting for it to end."]


def test_waiting_can_be_cancelled(holder):
    told = []
    with (
        pytest.raises(Cancelled),
        device_lease(torch.device("cpu"), told.append, lambda: bool(told)),
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
    told = {"SESTON_PYTHON": str(python), "SLURM_GPUS_ON_NODE": gpus, "PATH": "/usr/bin:/bin"}
    script = ["bash", str(SCRIPT), "train", "--manifest", "set.parquet", "--out", "model"]
    found = subprocess.run(script, cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == expected
