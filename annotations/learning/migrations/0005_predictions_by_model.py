"""Predictions are kept per object and model; those that are here are the current ones.

No row is rewritten: a new column with a default is a matter of the catalogue, and indexes are built in bounded memory.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
ALTER TABLE learning_prediction ADD COLUMN is_current boolean NOT NULL DEFAULT TRUE;
ALTER TABLE learning_prediction ALTER COLUMN is_current DROP DEFAULT;
ALTER TABLE learning_prediction DROP CONSTRAINT learning_prediction_pkey;
ALTER TABLE learning_prediction ADD PRIMARY KEY (object_id, model_id);
CREATE UNIQUE INDEX prediction_current ON learning_prediction (object_id) WHERE is_current;
DROP INDEX prediction_novel;
CREATE INDEX prediction_novel ON learning_prediction (novelty) WHERE (is_current AND novelty >= 0.95);
DROP INDEX prediction_candidate;
CREATE INDEX prediction_candidate ON learning_prediction USING gin (candidates) WHERE is_current;
"""
BACKWARDS = """
DELETE FROM learning_prediction WHERE NOT is_current;
DROP INDEX prediction_candidate;
CREATE INDEX prediction_candidate ON learning_prediction USING gin (candidates);
DROP INDEX prediction_novel;
CREATE INDEX prediction_novel ON learning_prediction (novelty) WHERE (novelty >= 0.95);
DROP INDEX prediction_current;
ALTER TABLE learning_prediction DROP CONSTRAINT learning_prediction_pkey;
ALTER TABLE learning_prediction ADD PRIMARY KEY (object_id);
ALTER TABLE learning_prediction DROP COLUMN is_current;
"""
CURRENT = models.Q(("is_current", True))
NEW_SHAPE = migrations.CreateModel(
    name="Prediction",
    fields=[
        (
            "pk",
            models.CompositePrimaryKey("object_id", "model_id", blank=True, editable=False, primary_key=True, serialize=False),
        ),
        (
            "object",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="predictions",
                to="samples.object",
            ),
        ),
        (
            "model",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="predictions", to="learning.model"
            ),
        ),
        ("is_current", models.BooleanField(default=True)),
        ("taxa", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
        ("scores", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
        (
            "candidates",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        ("novelty", models.FloatField(null=True)),
        ("batch_id", models.BigIntegerField(null=True)),
        ("created", models.DateTimeField(auto_now=True)),
    ],
    options={
        "indexes": [
            models.Index(
                condition=models.Q(("is_current", True), ("novelty__gte", 0.95)),
                fields=["novelty"],
                name="prediction_novel",
            ),
            django.contrib.postgres.indexes.GinIndex(
                condition=CURRENT, fields=["candidates"], name="prediction_candidate"
            ),
        ],
        "constraints": [
            models.UniqueConstraint(condition=CURRENT, fields=("object",), name="prediction_current")
        ],
    },
)


class Migration(migrations.Migration):
    dependencies = [("learning", "0004_former_predictions"), ("samples", "0010_pixel_source")]

    operations = [
        # Django cannot alter a primary key of several columns
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARDS, BACKWARDS)],
            state_operations=[migrations.DeleteModel("Prediction"), NEW_SHAPE],
        )
    ]
