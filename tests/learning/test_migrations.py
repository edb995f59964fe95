"""What was stored under an earlier word is found under today's."""

from importlib import import_module

import pytest
from django.db import connection

from tests.learning.models import make_ready

pytestmark = pytest.mark.django_db


def test_figures_and_settings_name_the_method(lake) -> None:
    model = make_ready(lake.project, lake.disc, lake.bar)
    model.metrics = {"way": "features", "accuracy": 0.5}
    model.settings = {"seed": 3}
    model.save()
    rename = import_module("annotations.learning.migrations.0006_method").RENAME
    with connection.cursor() as cursor:
        cursor.execute(rename.format(old="way", new="method"))
    model.refresh_from_db()
    assert model.metrics == {"method": "features", "accuracy": 0.5}
    assert model.settings == {"seed": 3}
