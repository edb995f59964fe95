"""Folders for large copies: they go with whoever made them, also when that was killed."""

import subprocess
import sys
from pathlib import Path

from classifier.instruments.scratch import scratch_folder

MAKER = """
import sys
from pathlib import Path
from classifier.instruments.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1]), "copy-") as folder:
    (folder / "scan.tif").write_bytes(b"large")
    print(folder, flush=True)
    sys.stdin.read()
"""


def maker(parent: Path) -> tuple[subprocess.Popen, Path]:
    """A process that has a folder there, until its input ends."""
    command = [sys.executable, "-c", MAKER, str(parent)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_lasts_as_long_as_its_block(tmp_path):
    with scratch_folder(tmp_path, "copy-") as folder:
        assert folder.parent == tmp_path and folder.is_dir()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_had_goes_with_the_next_and_what_another_has_stays(tmp_path):
    killed, abandoned = maker(tmp_path)
    other, in_use = maker(tmp_path)
    stranger = tmp_path / "copy-of-somebody"
    stranger.mkdir()
    killed.kill()
    killed.wait()
    assert (abandoned / "scan.tif").exists()
    with scratch_folder(tmp_path, "copy-"):
        assert not abandoned.exists() and (in_use / "scan.tif").exists() and stranger.exists()
    other.communicate()
    assert not in_use.exists()
