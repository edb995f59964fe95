"""Class scores become predictions, manual classifications validated labels; files are data and nothing else."""

import io
import struct
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from classifier.instruments.ifcb.classes import LabelFileError
from classifier.instruments.ifcb.hdf5_scores import labels_in_hdf5
from classifier.instruments.ifcb.matlab import labels_in_matlab
from classifier.instruments.ifcb.score_tables import labels_in_csv
from classifier.instruments.records import InstrumentLabel
from tests.classifier.instruments.ifcb.synthetic_bins import NEW, picture_of, write_bin
from tests.classifier.instruments.ifcb.test_reader import read

CLASSES = ["Chaetoceros", "Dinophysis_acuta"]
SCORES = np.array([[0.9, 0.1], [0.25, 0.75]])
BEST = {2: InstrumentLabel("Chaetoceros", score=0.9), 5: InstrumentLabel("Dinophysis_acuta", score=0.75)}


def hdf5(**datasets: object) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return content.getvalue()


def matlab(**values: object) -> bytes:
    content = io.BytesIO()
    savemat(content, values, do_compression=True)
    return content.getvalue()


def cells(*texts: str) -> np.ndarray:
    array = np.empty((1, len(texts)), object)
    array[0, :] = texts
    return array


def test_scores_of_networks() -> None:
    content = hdf5(output_scores=SCORES, class_labels=[name.encode() for name in CLASSES], roi_numbers=[2, 5])
    assert labels_in_hdf5(content) == BEST


def test_scores_of_networks_in_the_earlier_layout() -> None:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file["scores"], file["roi_numbers"] = SCORES, [2, 5]
        file["scores"].attrs["class_labels"] = [name.encode() for name in CLASSES]
    assert labels_in_hdf5(content.getvalue()) == BEST


def test_another_file_is_not_read_through_a_link(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(range(32)))
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file["class_labels"], file["roi_numbers"] = [b"A", b"B"], [1, 2]
        file.create_dataset("output_scores", (2, 2), "f8", external=[(str(secret), 0, 32)])
    with pytest.raises(LabelFileError, match="no data of its own"):
        labels_in_hdf5(content.getvalue())
    with h5py.File(content, "a") as file:
        del file["output_scores"]
        file["output_scores"] = h5py.ExternalLink(str(secret), "/x")
    with pytest.raises((LabelFileError, OSError, KeyError)):
        labels_in_hdf5(content.getvalue())


def test_scores_of_random_forests() -> None:
    values = {"TBscores": SCORES, "class2useTB": cells(*CLASSES, "unclassified").T, "roinum": [[2], [5]]}
    assert labels_in_matlab(matlab(**values)) == BEST


def test_what_people_classified() -> None:
    """Columns: region, by hand, by the program; numbers of classes from 1."""
    nan = np.nan
    rows = [[1, 2, nan], [2, 1, nan], [3, nan, 2], [4, nan, nan], [5, 3, 1]]
    names = cells("unclassified", "Ciliate", "Dinobryon")
    content = matlab(
        classlist=np.array(rows), class2use_manual=names, class2use_auto=cells("Mix", "Detritus")
    )
    assert labels_in_matlab(content) == {
        1: InstrumentLabel("Ciliate", is_validated=True),
        3: InstrumentLabel("Detritus"),
        5: InstrumentLabel("Dinobryon", is_validated=True),
    }


@pytest.mark.parametrize(
    "text",
    [
        f"file_name,class_name,class_name_auto,score\n{NEW}_00002.png,unclassified,Chaetoceros,0.9\n"
        f"{NEW}_00005.png,Dinophysis_acuta,Dinophysis_acuta,0.75\n",
        f"pid,Chaetoceros,Dinophysis_acuta\n{NEW}_00002,0.9,0.1\n{NEW}_00005,0.25,0.75\n",
        "roi_number,Chaetoceros,Dinophysis_acuta\n2,0.9,0.1\n5,0.25,0.75\n",
    ],
)
def test_scores_in_tables(text: str) -> None:
    assert labels_in_csv(text.encode()) == BEST


@pytest.mark.parametrize(
    ("reader", "content", "words"),
    [
        (labels_in_hdf5, hdf5(other=[1]), "neither output_scores"),
        (labels_in_hdf5, hdf5(output_scores=SCORES, class_labels=[b"A"], roi_numbers=[1, 2]), "don't fit"),
        (labels_in_matlab, matlab(other=[1]), "neither TBscores"),
        (labels_in_matlab, hdf5(TBscores=SCORES), "7.3"),
        (labels_in_csv, b"pid,A\nx_00001,0.5,0.5\n", "3 columns"),
        (labels_in_csv, b"pid,A\nx_00001,much\n", "'much' is no score"),
        (labels_in_csv, b"area,A\n1,2\n", "first column"),
    ],
)
def test_what_is_wrong_is_said(reader, content: bytes, words: str) -> None:
    with pytest.raises(LabelFileError, match=words):
        reader(content)


def test_labels_come_with_their_bin_and_people_stand_over_programs(tmp_path: Path) -> None:
    write_bin(tmp_path / "raw", NEW, [picture_of(3, 3)] * 3)
    beside = tmp_path / "products"
    beside.mkdir()
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    names = [name.encode() for name in CLASSES]
    content = hdf5(output_scores=scores, class_labels=names, roi_numbers=[1, 2, 9])
    (beside / f"{NEW}_class_v3.h5").write_bytes(content)
    manual = matlab(classlist=np.array([[1, 1, np.nan]]), class2use_manual=cells("Ciliate"))
    (beside / f"{NEW}.mat").write_bytes(manual)
    (beside / f"{NEW}_class_v1.mat").write_bytes(b"MATLAB 5.0 MAT-file, cut off")
    (beside / f"{NEW}_fea_v2.csv").write_text("roi_number,Area\n1,2\n")
    vignettes, broken = read(tmp_path)
    assert [vignette.label for vignette in vignettes] == [
        InstrumentLabel("Ciliate", is_validated=True),
        InstrumentLabel("Dinophysis_acuta", score=0.8),
        None,
    ]
    assert sorted(entry.file for entry in broken) == [
        f"products/{NEW}_class_v1.mat",
        f"products/{NEW}_class_v3.h5",
    ]
    assert "1 regions that the bin has not, of number 9 first" in next(b.message for b in broken if b.warning)


def test_files_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb: zeros pack a thousandfold."""
    monkeypatch.setattr("classifier.instruments.ifcb.matlab.MOST_UNPACKED", 2**20)
    packed = zlib.compress(bytes(2**22), 9)
    bomb = matlab(roinum=[1])[:128] + struct.pack("<II", 15, len(packed)) + packed
    assert len(bomb) < 2**13
    with pytest.raises(LabelFileError, match="unpack to more than 1,048,576 bytes"):
        labels_in_matlab(bomb)
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.create_dataset("output_scores", (50_000, 10_000), "f8", chunks=True, compression="gzip")
        file["class_labels"], file["roi_numbers"] = [b"a"], [1]
    with pytest.raises(LabelFileError, match="larger than 268,435,456 bytes"):
        labels_in_hdf5(content.getvalue())


def test_the_scores_that_a_dashboard_gives(tmp_path: Path) -> None:
    folder = write_bin(tmp_path, NEW, [picture_of(5, 7), picture_of(2, 3, seed=1)])
    lines = ["pid,Copepoda,Ciliata", f"{NEW}_00001,0.25,0.75", f"{NEW}_00002,0.9,0.1"]
    (folder / f"{NEW}_class_scores.csv").write_text("\n".join(lines))
    vignettes, broken = read(folder)
    assert broken == []
    assert [(each.label.taxon, each.label.score) for each in vignettes] == [
        ("Ciliata", 0.75),
        ("Copepoda", 0.9),
    ]
