"""Corrections are of any level: the row that a cell stands in is a number, of the table that the level says."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_uploads"), ("metadata", "0001_corrections")]

    operations = [
        migrations.RenameField("correction", "samples", "rows"),
        migrations.RemoveConstraint("correctedvalue", "corrected_once"),
        migrations.AlterField("correctedvalue", "sample", models.BigIntegerField()),
        migrations.RenameField("correctedvalue", "sample", "row_id"),
        migrations.AddConstraint(
            "correctedvalue",
            models.UniqueConstraint(fields=("correction", "row_id", "column"), name="corrected_once"),
        ),
        migrations.AddField(
            "correction",
            "level",
            models.CharField(
                choices=[
                    ("object", "Object"),
                    ("sample", "Sample"),
                    ("acq", "Acquisition"),
                    ("process", "Process"),
                ],
                default="sample",
                max_length=10,
            ),
        ),
        migrations.AddField("correction", "filter", models.JSONField(null=True)),
        migrations.AddField("correction", "value", models.TextField(blank=True, default="")),
        migrations.AddField(
            "correction",
            "job",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"
            ),
        ),
        migrations.AddField("correction", "warning", models.TextField(blank=True, default="")),
        migrations.AlterField(
            "correction",
            "source",
            models.CharField(
                choices=[
                    ("cell", "in the table"),
                    ("form", "for many at once"),
                    ("file", "from a file"),
                    ("api", "by the API"),
                    ("undo", "put back"),
                ],
                max_length=4,
            ),
        ),
    ]
