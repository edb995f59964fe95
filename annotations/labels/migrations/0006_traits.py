from django.db import migrations, models

KINDS = [
    ("label", "Labelled"),
    ("undo", "Undone"),
    ("prediction", "Predicted"),
    ("import", "Imported"),
    ("trait", "Scored"),
    ("rule", "By rule"),
]


class Migration(migrations.Migration):
    dependencies = [("labels", "0005_batches_by_rule")]

    operations = [
        migrations.AlterField(
            model_name="batch", name="kind", field=models.CharField(choices=KINDS, max_length=10)
        )
    ]
