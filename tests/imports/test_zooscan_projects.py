"""Work folders of ZooProcess come in on the site, wherever the vignettes lie: as files, in a zip, on the whole scan."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture

from annotations.jobs.models import Job
from annotations.pictures.store import read_picture
from annotations.samples.models import Image
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import sampled_acquisitions
from tests.classifier.instruments.reading import encoded, write_files
from tests.classifier.instruments.zooprocess import scan_files, vignette
from tests.imports.packages import run_import
from tests.imports.test_instruments import zipped
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
LOOSE, PACKED, UNCUT = (f"cruise_st20_d{number}_1" for number in (1, 2, 3))
SCAN = np.random.default_rng(1).integers(0, 256, (500, 400), np.uint8)


def zip_of(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return file.getvalue()


def without_vignettes(stem: str) -> dict[str, bytes | str]:
    return {path: content for path, content in scan_files(stem).items() if not path.endswith(".jpg")}


@pytest.fixture
def work_folder(tmp_path: Path) -> Path:
    folder = "Zooscan_scan/_work"
    vignettes = {f"{PACKED}_{number}.jpg": vignette(number) for number in (2, 1)}
    uncut = {
        path: str(content).replace(";10184;", ";184;") for path, content in without_vignettes(UNCUT).items()
    }
    write_files(tmp_path / "cruise", scan_files(LOOSE))
    write_files(
        tmp_path / "cruise",
        {**without_vignettes(PACKED), f"{folder}/{PACKED}/{PACKED}_vignettes.zip": zip_of(vignettes)},
    )
    whole = zip_of({f"{UNCUT}_vis1.tif": encoded(SCAN, "TIFF")})
    write_files(tmp_path / "cruise", {**uncut, f"{folder}/{UNCUT}/{UNCUT}_vis1.zip": whole})
    return tmp_path / "cruise"


def pixels(name: str) -> np.ndarray:
    with Picture.open(io.BytesIO(read_picture(Image.objects.get(file_name=name).key))) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("pack", [zipped, lambda folder: folder])
def test_vignettes_come_in_wherever_they_lie(storage, project, work_folder, pack):
    result = run_import(project, pack(work_folder))
    assert (result["format"], result["objects"], result["images"]) == ("zooscan", 6, 6)
    assert "can't be read" not in result["message"]
    with Picture.open(io.BytesIO(vignette(1))) as first:
        assert np.array_equal(pixels(f"{PACKED}_1.png"), np.asarray(first))
    assert np.array_equal(pixels(f"{UNCUT}_1.png"), SCAN[367:439, 174:341])


def test_an_object_stands_for_its_fraction_of_the_water(project, work_folder):
    """ZooProcess: n × SubPart ÷ Vol, of each fraction."""
    run_import(project, work_folder)
    sampled = sampled_acquisitions(volume_settings_of(project)).values()
    assert {one.name: one.per_cubic_metre for one in sampled} == {
        stem: pytest.approx(4 / 124.5) for stem in (LOOSE, PACKED, UNCUT)
    }


def test_objects_that_stay_out_are_said_beside_those_that_come_in(project, work_folder):
    for file in work_folder.rglob("*.zip"):
        file.unlink()
    dry = run_import(project, work_folder, dry_run=True)
    assert "4 objects or files can't be read: they are left out, and named below." in dry["message"]
    (work_folder / f"Zooscan_scan/_work/{LOOSE}/{LOOSE}_2.jpg").unlink()
    done = run_import(project, work_folder)
    assert (done["objects"], "5 objects or files can't be read" in done["message"]) == (1, True)


def test_a_checked_project_is_asked_first_what_its_format_asks(client, project, alice, work_folder):
    client.force_login(alice)
    (work_folder / f"Zooscan_scan/_work/{LOOSE}/{LOOSE}_2.jpg").unlink()
    file = SimpleUploadedFile("cruise.zip", zipped(work_folder).read_bytes())
    sent = client.post(reverse("imports:new", args=[project.pk]), {"package": file, "dry_run": "on"})
    work(Job.objects.get())
    page = client.get(sent.url).content.decode()
    headings = (
        "warnings</h2>",
        "Import it",
        "ZooScan projects: choices",
        "Choices of other formats",
        "IFCB bins: choices",
    )
    places = [page.index(words) for words in headings]
    assert places == sorted(places)
    assert "What is here already" not in page
