"""Looks between which ids the objects of each sample lie, a sample at a time: who adds objects to it waits so long."""

from django.db import connections, migrations, transaction

# whoever adds objects holds the row until they are there for all: what is read behind the lock is complete
LOCK = "SELECT FROM samples_extent WHERE sample_id = %s FOR UPDATE"
# MATERIALIZED: PostgreSQL would else look for the least id in the order of ids, through all samples before this one
FILL = """
WITH ids AS MATERIALIZED (SELECT id FROM samples_object WHERE sample_id = %s)
UPDATE samples_extent e SET first_object = o.first, last_object = o.last
FROM (SELECT min(id) AS first, max(id) AS last FROM ids) o WHERE e.sample_id = %s
"""


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    extents = apps.get_model("samples", "Extent").objects.using(alias)
    for sample in list(extents.filter(first_object=None).values_list("sample_id", flat=True)):
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(LOCK, [sample])
            cursor.execute(FILL, [sample, sample])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("samples", "0016_ids_of_samples")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
