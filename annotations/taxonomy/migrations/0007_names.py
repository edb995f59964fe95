import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import F, Func

from annotations.taxonomy.names import NameField, clean_name

# What a name is looked up by. Most names are ASCII, and those must be quick: an import folds hundreds of thousands.
FOLDED = r"""
CREATE FUNCTION taxonomy_folded(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE
    WHEN octet_length($1) = length($1) THEN btrim(regexp_replace(lower($1), '[^a-z0-9]+', ' ', 'g'))
    ELSE btrim(regexp_replace(regexp_replace(lower(normalize(
        translate(replace(replace(replace(lower($1), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'øłđðı', 'olddi'), NFKD)),
        '[\u0300-\u036f]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))
    END
$$;
"""

# Completion by the words of a name; `taxonomy/queries.py` asks with the same expression.
WORDS = """
DROP INDEX taxon_words;
CREATE INDEX taxon_words ON taxonomy_taxon USING gin (array_to_tsvector(string_to_array(folded, ' ')));
CREATE INDEX synonym_words ON taxonomy_synonym USING gin (array_to_tsvector(string_to_array(folded, ' ')));
"""
WORDS_BACK = """
DROP INDEX synonym_words;
DROP INDEX taxon_words;
CREATE INDEX taxon_words ON taxonomy_taxon
USING gin (to_tsvector('simple'::regconfig, translate(display_name, '<>()[]-/.', '         ')));
"""
SUSPECT = r"[^ -~]|  |^ | $| <|< "  # all others are clean


def clean(apps, schema_editor):
    """Merges nothing: of taxa that look alike the later ones get their number, so that an administrator sees them."""
    taxon, synonym = apps.get_model("taxonomy", "Taxon"), apps.get_model("taxonomy", "Synonym")
    for row in taxon.objects.filter(name__regex=SUSPECT):
        taxon.objects.filter(pk=row.pk).update(name=clean_name(row.name))
    for row in taxon.objects.filter(display_name__regex=SUSPECT).order_by("id"):
        shown = clean_name(row.display_name)
        if taxon.objects.filter(display_name__iexact=shown).exclude(pk=row.pk).exists():
            shown = f"{shown[:370]} [{row.pk}]"
        taxon.objects.filter(pk=row.pk).update(display_name=shown)
    for row in synonym.objects.filter(name__regex=SUSPECT).order_by("id"):
        name = clean_name(row.name)
        same = synonym.objects.filter(taxon=row.taxon_id, name__iexact=name).exclude(pk=row.pk)
        if not name or same.exists():
            row.delete()
        else:
            synonym.objects.filter(pk=row.pk).update(name=name)


def folded(field: str) -> models.GeneratedField:
    expression = Func(F(field), function="taxonomy_folded")
    return models.GeneratedField(expression=expression, output_field=models.TextField(), db_persist=True)


def index(field: str, name: str) -> models.Index:
    return models.Index(django.contrib.postgres.indexes.OpClass(field, "text_pattern_ops"), name=name)


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0006_edits")]

    operations = [
        migrations.RunPython(clean, migrations.RunPython.noop),
        migrations.RunSQL(FOLDED, "DROP FUNCTION taxonomy_folded(text);"),
        migrations.AlterField("taxon", "name", NameField(max_length=200)),
        migrations.AlterField("taxon", "display_name", NameField(max_length=400)),
        migrations.AlterField("synonym", "name", NameField(max_length=200)),
        migrations.AddField("taxon", "name_folded", folded("name")),
        migrations.AddField("taxon", "folded", folded("display_name")),
        migrations.AddField("synonym", "folded", folded("name")),
        migrations.RemoveIndex("taxon", "taxon_completion"),
        migrations.RemoveIndex("taxon", "taxon_name"),
        migrations.RemoveIndex("synonym", "synonym_completion"),
        migrations.AddIndex("taxon", index("folded", "taxon_completion")),
        migrations.AddIndex("taxon", index("name_folded", "taxon_name")),
        migrations.AddIndex("synonym", index("folded", "synonym_completion")),
        migrations.RunSQL(WORDS, WORDS_BACK),
    ]
