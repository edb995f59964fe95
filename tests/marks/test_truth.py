"""Marks measured against a known truth: copepods whose prosome the drawing knows to the hundredth of a pixel."""

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image as Picture

from annotations.demo.package import write_package
from annotations.marks.actions import adopt_starter_set
from annotations.projects.models import Project
from annotations.samples.models import Image
from benchmarks.marks import mismeasured, prosomes
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@shared_rows
def drawn(project, alice, tmp_path) -> Project:
    write_package(tmp_path / "drawn.zip", objects=120, seed=11, samples=2)
    call_command("import_ecotaxa", str(tmp_path / "drawn.zip"), project=project.title, user="alice")
    adopt_starter_set(project=project)
    return project


@pytest.mark.parametrize(("place", "most"), [(float, 0.02), (round, 1.0)])
def test_a_line_along_the_prosome_is_as_long_as_it_was_drawn(drawn, alice, place, most):
    lengths = list(prosomes(drawn))
    assert len(lengths) > 20
    errors = mismeasured(drawn, alice, lengths, place)
    assert len(errors) == len(lengths)
    assert max(errors) < most, f"mean {np.mean(errors):.3f} px, worst {max(errors):.3f} px"


def test_the_true_line_lies_on_the_dark_body(drawn):
    """Or the truth would agree with itself alone, and not with the picture."""
    for name, _, (x1, y1, x2, y2) in prosomes(drawn):
        image = Image.objects.get(object__wide__original_id=name, object__project=drawn)
        with default_storage.open(image.key) as file:
            pixels = np.asarray(Picture.open(file), float)
        t = np.linspace(0.1, 0.9, 30)
        along = pixels[(y1 + t * (y2 - y1)).astype(int), (x1 + t * (x2 - x1)).astype(int)]
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        assert np.median(along) < np.median(edge) - 20, name
