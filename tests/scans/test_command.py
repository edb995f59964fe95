"""Scans from the command line."""

import pytest
from django.core.management import call_command

from annotations.samples.models import ParentImage
from tests.scans.drawing import ground, png

pytestmark = pytest.mark.django_db


def test_files_with_a_table_beside_them(project, tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png(ground(90, 80)))
    table = tmp_path / "scans.tsv"
    table.write_text("file\tpixel_um\na.png\t10.6\n")
    call_command(
        "import_scans", project.title, tmp_path / "a.png", tmp_path / "b.png", table=table, sample="tow"
    )
    pixel_sizes = dict(ParentImage.objects.values_list("file_name", "acquisition__pixel_um"))
    assert pixel_sizes == {"a.png": 10.6, "b.png": None}
    assert project.samples.get().original_id == "tow"
