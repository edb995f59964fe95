"""A sample is counted in all the water that its sequences looked at, whichever way it comes in."""

from pathlib import Path

import pytest

from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Sample
from annotations.volumes.actions import set_volumes
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import sampled_acquisitions
from classifier.__main__ import main
from tests.classifier.instruments.reading import encoded, write_files
from tests.classifier.instruments.test_uvp import LINES, grey
from tests.imports.packages import run_import

pytestmark = pytest.mark.django_db
SEQUENCES = [f"20210428-1500{number:02}" for number in range(10)]
WITH_OBJECTS = SEQUENCES[2:5]
LIT = 2 * 0.67  # litres of one sequence


@pytest.fixture
def other_project() -> Project:
    return Project.objects.create(title="Other")


@pytest.fixture
def cast(tmp_path: Path) -> Path:
    """Ten sequences of one profile, three of which hold a vignette."""
    rows = [f"ae23;Explorer;{name};HS1447;3210 0;-6429 57;st7" for name in SEQUENCES]
    table = "\n".join(["cruise;ship;filename;profileid;latitude;longitude;stationid", *rows])
    texts = {f"raw/{name}/{name}_data.txt": "\n".join(LINES) for name in SEQUENCES}
    pictures = {
        f"raw/{name}/images/{name}_1.png": encoded(grey(seed)) for seed, name in enumerate(WITH_OBJECTS)
    }
    return write_files(tmp_path / "cruise", {"meta/uvp6_header_c.txt": table, **texts, **pictures})


def concentrations(project: Project) -> dict[str, float | None]:
    """Objects a cubic metre that one object of each acquisition stands for."""
    rows = sampled_acquisitions(volume_settings_of(project)).values()
    return {row.name: row.per_cubic_metre for row in rows}


def columns_of(project: Project) -> list[tuple[str, str, str]]:
    """The volume of the sample, and of each acquisition its share and what it imaged itself."""
    rows = Acquisition.objects.filter(sample__project=project).order_by("original_id")
    return [
        (row.sample.fields["tot_vol"], row.fields["sub_part"], row.fields["imaged_volume_ml"]) for row in rows
    ]


def test_the_water_of_ten_sequences_counts_where_three_have_objects(project, cast):
    run_import(project, cast)
    assert concentrations(project) == dict.fromkeys(WITH_OBJECTS, pytest.approx(1000 / (10 * LIT)))


def unpacked(cast: Path, out: Path, *options: str) -> Path:
    assert main(["unpack", "uvp6", str(cast), str(out), *options]) == 0
    return out


def test_packages_of_unpack_and_the_raw_files_give_the_same_to_the_digit(project, other_project, cast):
    for each in (project, other_project):
        set_volumes(project=each, volume_unit="l")
    run_import(project, cast)
    for package in sorted(unpacked(cast, cast.parent / "out").glob("*.zip")):
        run_import(other_project, package)
    assert columns_of(project) == columns_of(other_project) == 3 * [("13.4", "1", "1340")]
    assert concentrations(project) == concentrations(other_project)


def test_a_sequence_that_comes_later_mends_the_packages_of_its_profile(project, cast):
    rows = (cast / "meta/uvp6_header_c.txt").read_text()
    (cast / "meta/uvp6_header_c.txt").write_text(
        rows.rsplit("\n", 1)[0]
    )  # the last is no sequence of the profile
    set_volumes(project=project, volume_unit="l")
    out = unpacked(cast, cast.parent / "out", "--folders")
    run_import(project, out)
    assert Sample.objects.get().fields["tot_vol"] == "12.06"
    (cast / "meta/uvp6_header_c.txt").write_text(rows)
    run_import(project, unpacked(cast, out, "--folders"), mode="update")
    assert Sample.objects.get().fields["tot_vol"] == "13.4"


def test_what_came_in_too_high_is_mended_by_an_update(project, cast):
    """As versions before this wrote it: each sequence with a sample's volume of its own."""
    run_import(project, cast)
    Sample.objects.update(fields={"tot_vol": "0.00134"})
    run_import(project, cast, mode="update")
    assert concentrations(project) == dict.fromkeys(WITH_OBJECTS, pytest.approx(1000 / (10 * LIT)))
