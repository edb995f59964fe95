import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readings", "0005_reader_set")]

    operations = [
        migrations.RenameField(model_name="reading", old_name="draw", new_name="sampling"),
        migrations.RenameField(model_name="reading", old_name="wanted", new_name="criteria"),
        migrations.RenameField(model_name="reader", old_name="handed_in", new_name="submitted"),
        migrations.RemoveConstraint(model_name="drawn", name="drawn_once_a_reading"),
        migrations.RenameModel(old_name="Drawn", new_name="ReadingObject"),
        migrations.AlterField(
            model_name="readingobject",
            name="reading",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reading_objects",
                to="readings.reading",
            ),
        ),
        migrations.AddConstraint(
            model_name="readingobject",
            constraint=models.UniqueConstraint(fields=("reading", "object"), name="object_once_a_reading"),
        ),
    ]
