"""Raw files of an instrument come in as they lie: pictures bit for bit, volumes that results can use, faults named."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from annotations.imports import load
from annotations.imports.archive import Package
from annotations.imports.registry import formats, recognised
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.progress import Progress
from annotations.pictures.store import read_picture
from annotations.samples.models import Acquisition, Image, Object, ObjectFields, Sample, State
from annotations.volumes.actions import set_volumes
from annotations.volumes.models import VolumeUnit
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import sampled_acquisitions
from classifier.instruments.base import instruments
from tests.classifier.instruments.ifcb.synthetic_bins import NEW, OLD, picture_of, write_bin
from tests.classifier.instruments.ifcb.test_labels import cells, hdf5, matlab
from tests.imports.packages import import_job, import_package, run_import

pytestmark = pytest.mark.django_db
PICTURES = [picture_of(5, 7), None, picture_of(2, 3, seed=1)]
ASSUMED = "No file of a bin says how large a pixel is"


@pytest.fixture
def bins(tmp_path: Path) -> Path:
    write_bin(tmp_path / "raw" / "2009", OLD, PICTURES)
    return write_bin(tmp_path / "raw" / "2022", NEW, PICTURES).parent


def zipped(folder: Path) -> Path:
    file = folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.rglob("*.*")):
            package.write(path, path.relative_to(folder).as_posix())
    return file


def pixels(name: str) -> np.ndarray:
    with Picture.open(io.BytesIO(read_picture(Image.objects.get(file_name=name).key))) as picture:
        return np.asarray(picture)


def messages(result: dict) -> str:
    return " ".join(warning["message"] for warning in result["warnings"])


@pytest.mark.parametrize("pack", [zipped, lambda folder: folder])
def test_bins_come_in_bit_for_bit(storage, project, bins, pack):
    result = run_import(project, pack(bins))
    assert (result["format"], result["objects"], result["images"], result["samples"]) == ("ifcb", 4, 4, 2)
    for name in (NEW, OLD):
        assert np.array_equal(pixels(f"{name}_00001.png"), PICTURES[0])
        assert np.array_equal(pixels(f"{name}_00003.png"), PICTURES[2])
    one = Object.objects.get(wide__original_id=f"{NEW}_00001")
    assert (one.latitude, one.longitude) == (58.25, 11.5)
    assert one.taken_at.isoformat() == "2022-05-19T12:45:33+00:00"
    acquisition = Acquisition.objects.get(original_id=NEW)
    assert (acquisition.instrument, round(acquisition.pixel_um, 4)) == ("IFCB134", 0.2941)
    assert acquisition.fields["run_time"] == "1200.0"
    assert 7.0 in ObjectFields.objects.get(object=one).values  # the width of its region


def test_from_a_bin_to_objects_a_cubic_metre(project, bins):
    """1,080 s of looking at 0.25 ml a minute are 4.5 ml: one object stands for 1 / 4.5e-6 m³ = 222,222 m⁻³."""
    result = run_import(project, bins)
    assert "litres" in messages(result)
    assert volume_settings_of(project).unit == VolumeUnit.LITRES
    assert Sample.objects.get(original_id=NEW).fields["tot_vol"] == "0.0045"
    (acquisition,) = [
        one for one in sampled_acquisitions(volume_settings_of(project)).values() if one.name == NEW
    ]
    assert acquisition.per_cubic_metre == pytest.approx(1 / 4.5e-6)


def test_dives_of_a_sample_are_counted_in_all_the_water_that_they_imaged(project, tmp_path):
    lines = ["1.png,dive1,tow,2000", "2.png,dive1,tow,2000", "3.png,dive2,tow,1000"]
    (tmp_path / "tow").mkdir()
    for number in (1, 2, 3):
        Picture.fromarray(picture_of(4, 4, number)).save(tmp_path / "tow" / f"{number}.png")
    table = "\n".join(["file,acquisition,sample,volume_ml", *lines])
    (tmp_path / "tow" / "frames.csv").write_text(table)
    run_import(project, zipped(tmp_path / "tow"), format="frames")
    sampled = sampled_acquisitions(volume_settings_of(project)).values()
    factors = {one.name: one.per_cubic_metre for one in sampled}
    assert 2 * factors["dive1"] + factors["dive2"] == pytest.approx(3 / 0.005)  # five litres


def test_volumes_are_in_the_unit_that_the_project_has(project, bins):
    set_volumes(project=project, volume_unit="m3")
    result = run_import(project, bins)
    assert "litres" not in messages(result)
    assert Sample.objects.get(original_id=NEW).fields["tot_vol"] == "4.5e-06"
    factors = {a.name: a.per_cubic_metre for a in sampled_acquisitions(volume_settings_of(project)).values()}
    assert factors[NEW] == pytest.approx(1 / 4.5e-6)


def test_volumes_are_as_the_formula_of_the_project_reads_them(project, bins):
    """EcoTaxa's own formula turns litres into m³: what comes in is litres then."""
    run_import(project, bins)
    expected = [row.per_cubic_metre for row in sampled_acquisitions(volume_settings_of(project)).values()]
    Sample.objects.update(fields={})
    set_volumes(project=project, volume_unit="m3", volume="sam.tot_vol/1000")
    run_import(project, bins, mode="update")
    rows = sampled_acquisitions(volume_settings_of(project)).values()
    assert [row.per_cubic_metre for row in rows] == pytest.approx(expected)


def test_a_unit_that_nobody_has_said_is_not_set_over_other_volumes(project, bins):
    Sample.objects.create(project=project, original_id="net", fields={"tot_vol": "120"})
    result = run_import(project, bins)
    assert "Say it under Volumes" in messages(result)
    assert volume_settings_of(project).unit is None


def test_what_is_broken_is_a_warning_and_the_rest_comes_in(project, bins):
    roi = bins / "2022" / f"{NEW}.roi"
    roi.write_bytes(roi.read_bytes()[:37])
    result = run_import(project, bins, ifcb_pixels_per_um="2.77")
    assert result["objects"] == 3 and ASSUMED not in messages(result)
    warning = next(one for one in result["warnings"] if one["file"] == f"2022/{NEW}.roi")
    assert warning["message"].startswith("Byte 35: ")
    assert Acquisition.objects.get(original_id=NEW).pixel_um == pytest.approx(1 / 2.77)


def test_nothing_to_read_is_an_error(project, tmp_path):
    write_bin(tmp_path / "raw", NEW, [])
    with pytest.raises(JobError, match="1 error") as caught:
        run_import(project, tmp_path / "raw", format="ifcb")
    assert "No object of it can be read" in caught.value.errors[0]["message"]
    with pytest.raises(JobError):
        run_import(project, tmp_path / "raw", format="ifcb", ifcb_pixels_per_um="much")


def test_labels_beside_the_bins(project, alice, bins):
    names, scores = [b"Chaetoceros", b"Ciliate"], np.array([[0.9, 0.1], [0.3, 0.7]])
    content = hdf5(output_scores=scores, class_labels=names, roi_numbers=[1, 3])
    (bins / f"{NEW}_class_v3.h5").write_bytes(content)
    manual = matlab(classlist=np.array([[3, 1, np.nan]]), class2use_manual=cells("Dinobryon"))
    (bins / f"{NEW}.mat").write_bytes(manual)
    run_import(project, bins, alice, create_taxa=True)
    first, third = (Object.objects.get(wide__original_id=f"{NEW}_0000{number}") for number in (1, 3))
    assert (first.state, first.taxon.name, round(first.score, 3)) == (State.PREDICTED, "Chaetoceros", 0.9)
    assert (third.state, third.taxon.name, third.annotator) == (State.VALIDATED, "Dinobryon", alice)


def test_once_more_adds_nothing(project, bins):
    run_import(project, bins)
    again = run_import(project, bins)
    assert (again["objects"], again["images"], again["present"]) == (0, 0, 4)
    check = run_import(project, bins, dry_run=True)
    assert (check["created"], check["same"]) == (0, 4)


def test_a_load_that_was_cut_off_goes_on(project, bins, monkeypatch):
    monkeypatch.setattr(load, "CHUNK", 1)
    job = import_job(project, bins)

    class Stopped(Progress):
        def update(self, done, total, text):
            if text.startswith("Loaded 2 "):
                raise JobCancelled

    with pytest.raises(JobCancelled):
        import_package(job, Stopped(job))
    job.refresh_from_db()
    assert Object.objects.filter(project=project).count() == 2
    result = import_package(job, Progress(job))
    assert Object.objects.filter(project=project).count() == Image.objects.count() == 4
    assert result["objects"] == 4
    assert np.array_equal(pixels(f"{OLD}_00003.png"), PICTURES[2])


def test_each_instrument_is_a_format(bins):
    assert set(instruments()) <= set(formats())
    with Package(bins) as package:
        assert recognised(package).name == "ifcb"


def test_what_unpack_writes_is_imported_without_a_word(project, bins, tmp_path):
    from classifier.__main__ import main

    assert main(["unpack", "ifcb", str(bins), str(tmp_path / "out"), "--folders"]) == 0
    result = run_import(project, tmp_path / "out")
    assert (result["format"], result["objects"], result["warnings"]) == ("ecotaxa", 4, [])
    assert np.array_equal(pixels(f"{NEW}_00003.png"), PICTURES[2])
    assert Acquisition.objects.get(original_id=NEW).pixel_um == pytest.approx(1 / 3.4)
    set_volumes(project=project, volume_unit="l")
    factors = {a.name: a.per_cubic_metre for a in sampled_acquisitions(volume_settings_of(project)).values()}
    assert factors[NEW] == pytest.approx(1 / 4.5e-6)
