from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("refitting", "0001_initial")]

    operations = [migrations.RenameField("refitting", "asked", "requested")]
