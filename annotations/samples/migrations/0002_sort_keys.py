import django.db.models.deletion
from django.db import migrations, models

TO_COLUMN = {
    "db_constraint": False,
    "db_index": False,
    "on_delete": django.db.models.deletion.CASCADE,
    "related_name": "+",
    "to": "samples.freecolumn",
}
TO_OBJECT = {**TO_COLUMN, "on_delete": django.db.models.deletion.DO_NOTHING, "to": "samples.object"}


def sort_key(name: str, value: models.Field) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "column_id", "object_id", blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("column", models.ForeignKey(**TO_COLUMN)),
            ("object", models.ForeignKey(**TO_OBJECT)),
            ("value", value),
        ],
        options={
            "indexes": [
                models.Index(
                    fields=["column", "value", "object"], name=f"{name.lower().removesuffix('key')}_key_order"
                )
            ]
        },
    )


class Migration(migrations.Migration):
    dependencies = [("samples", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "object",
            models.Index(
                fields=["project", "taxon", "state", "taken_at", "id"], name="object_taxon_date"
            ),
        ),
        migrations.AddField("freecolumn", "keeps_keys", models.BooleanField(default=False)),
        sort_key("NumberKey", models.FloatField(null=True)),
        sort_key("TextKey", models.TextField(null=True)),
    ]
