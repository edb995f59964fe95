"""Features of regions are free columns of the objects."""

from pathlib import Path

import pytest

from tests.classifier.instruments.ifcb.synthetic_bins import NEW, picture_of, write_bin
from tests.classifier.instruments.ifcb.test_reader import read

HEAD = "roi_number,Area,Biovolume,numBlobs"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw" / "features").mkdir(parents=True)
    return write_bin(tmp_path / "raw", NEW, [picture_of(5, 7), None, picture_of(2, 3, seed=1)])


def features(raw: Path, content: str, ending: str = "_fea_v2.csv") -> None:
    (raw / "features" / f"{NEW}{ending}").write_bytes(content.encode())


@pytest.mark.parametrize("ending", ["_fea_v2.csv", "_fea_v4.csv", "_features_v4.csv", "_features.csv"])
def test_features_of_a_region_are_numbers_of_its_object(raw: Path, ending: str) -> None:
    features(raw, f"{HEAD}\r\n1,120,1.5e3,1\r\n3,NaN,4,0\r\n", ending)
    (first, third), broken = read(raw)
    assert broken == []
    assert [first.numbers[name] for name in ("area", "biovolume", "numblobs", "roi_width")] == [
        120,
        1500,
        1,
        7,
    ]
    assert "area" not in third.numbers and third.numbers["biovolume"] == 4


def test_what_was_not_measured(raw: Path) -> None:
    features(raw, f"{HEAD}\n1,NaN,,1\n3,NA,NULL,0\n")
    vignettes, broken = read(raw)
    assert broken == []
    assert [{"area", "biovolume"} & each.numbers.keys() for each in vignettes] == [set(), set()]


def test_of_two_versions_the_newest_is_read(raw: Path) -> None:
    features(raw, f"{HEAD}\n1,3,3,3\n", "_features.csv")
    features(raw, f"{HEAD}\n1,1,1,1\n", "_fea_v10.csv")
    features(raw, f"{HEAD}\n1,2,2,2\n", "_fea_v4.csv")
    assert read(raw)[0][0].numbers["area"] == 1


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (f"{HEAD}\n1,120\n", 2, "has 2 columns, the first one 4"),
        (f"{HEAD}\n1,wide,1,1\n", 2, "holds what is no number"),
        (f"{HEAD}\n,1,1,1\n", 2, "holds what is no number"),
        ("Area,roi_number\n1,1\n", 1, "first column is not roi_number"),
    ],
)
def test_a_table_that_is_broken_is_named_and_the_bin_comes_in(
    raw: Path, content: str, line: int, words: str
) -> None:
    features(raw, content)
    vignettes, broken = read(raw)
    assert len(vignettes) == 2 and (broken[0].line, words in broken[0].message) == (line, True)


def test_regions_that_the_bin_has_not_are_named(raw: Path) -> None:
    features(raw, f"{HEAD}\n1,1,1,1\n2,1,1,1\n")
    (broken,) = read(raw)[1]
    assert broken.warning and "1 regions that the bin has not, of number 2" in broken.message
