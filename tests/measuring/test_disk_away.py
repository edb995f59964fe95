"""A disk that is away says nothing of a picture: it is neither unreadable nor left out."""

from pathlib import Path

import pytest

from classifier.contract.refusals import is_transient
from classifier.data.decoded import decode
from classifier.data.duplicates import _look_at
from classifier.measuring.processes import MeasuredHere, Measurers

AWAY = "/proc/self/mem"  # Linux answers EIO to whoever reads its beginning


@pytest.mark.parametrize(
    "look",
    [
        lambda path: MeasuredHere().measure([(path, 1.0)]),
        lambda path: list(decode([(path, 1.0)], 32)),
        lambda path: list(_look_at([path])),
    ],
)
def test_it_is_not_taken_for_a_damaged_picture(look):
    with pytest.raises(OSError, match="Input/output error") as away:
        look(AWAY)
    assert is_transient(away.value)


def test_processes_that_measure_say_so_too_and_go_on_measuring(tmp_path: Path):
    (tmp_path / "damaged.png").write_bytes(b"no picture")
    with Measurers(1) as measurers:
        with pytest.raises(OSError, match="Input/output error"):
            measurers.measure([(AWAY, 1.0)])
        [damaged, lost] = measurers.measure(
            [(str(tmp_path / "damaged.png"), 1.0), (str(tmp_path / "lost.png"), 1.0)]
        )
    assert damaged.startswith("The picture can't be read")
    assert lost == "The storage has lost this picture. Import its package again."
