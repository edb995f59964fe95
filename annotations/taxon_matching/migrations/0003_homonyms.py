from django.db import migrations, models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

from annotations.taxonomy.names import NameField, clean_name

SUSPECT = r"[^ -~]|  |^ | $| <|< "  # all others are clean


def clean(apps, schema_editor):
    """Merges nothing: of names that look alike the later ones get their number."""
    unknown = apps.get_model("nomenclature", "UnknownName")
    for row in unknown.objects.filter(name__regex=SUSPECT).order_by("id"):
        name = clean_name(row.name)
        same = unknown.objects.filter(project=row.project_id, name__iexact=name, ecotaxa_id=row.ecotaxa_id)
        if same.exclude(pk=row.pk).exists():
            name = f"{name[:370]} [{row.pk}]"
        unknown.objects.filter(pk=row.pk).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("nomenclature", "0002_merges"), ("taxonomy", "0007_names")]

    operations = [
        migrations.RunPython(clean, migrations.RunPython.noop),
        migrations.RemoveConstraint("unknownname", "unknown_name_once"),
        migrations.AlterField("unknownname", "name", NameField(max_length=400)),
        migrations.AddConstraint(
            "unknownname",
            models.UniqueConstraint(
                Lower("name"),
                F("project"),
                F("ecotaxa_id"),
                Func(F("lineage"), Value(0), function="hash_array_extended"),
                name="unknown_name_once",
                nulls_distinct=False,
            ),
        ),
    ]
