"""The filter for what may be of a taxon looks into an index."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("learning", "0002_registry"), ("samples", "0008_entropy")]

    operations = [
        migrations.AddIndex(
            "prediction",
            django.contrib.postgres.indexes.GinIndex(fields=["candidates"], name="prediction_candidate"),
        )
    ]
