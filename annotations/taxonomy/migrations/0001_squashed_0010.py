"""The tree of taxa, its names and their words, with what the database itself holds to be true of them."""

import annotations.taxonomy.names
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


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
# Who moves a taxon below itself is told so by the database, whoever writes. Only an update can close a circle: a new
# taxon has nothing below it (an import inserts many at once, and has looked for circles before).
NO_CIRCLE = """
CREATE FUNCTION taxonomy_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE up (start, above) AS (
            SELECT a.id, a.parent_id FROM after_it a JOIN before_it b USING (id)
            WHERE a.parent_id IS DISTINCT FROM b.parent_id AND a.parent_id IS NOT NULL
            UNION
            SELECT up.start, t.parent_id FROM up JOIN taxonomy_taxon t ON t.id = up.above
            WHERE up.above <> up.start AND t.parent_id IS NOT NULL
        )
        SELECT FROM up WHERE above = start
    ) THEN
        RAISE EXCEPTION 'a taxon would stand below itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taxon_no_circle';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER taxon_no_circle AFTER UPDATE ON taxonomy_taxon
REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_no_circle();
"""
# completion by the words of a name, and names by how they end; `taxonomy/queries.py` asks with the same expressions
INDEXES = """
CREATE INDEX taxon_words ON taxonomy_taxon USING gin (array_to_tsvector(string_to_array(folded, ' ')));
CREATE INDEX synonym_words ON taxonomy_synonym USING gin (array_to_tsvector(string_to_array(folded, ' ')));
CREATE INDEX taxon_name_end ON taxonomy_taxon (reverse(name_folded) text_pattern_ops);
CREATE INDEX synonym_end ON taxonomy_synonym (reverse(folded) text_pattern_ops);
"""
NO_INDEXES = """
DROP INDEX synonym_end;
DROP INDEX taxon_name_end;
DROP INDEX synonym_words;
DROP INDEX taxon_words;
"""
# All words of names, each once: what somebody types with a letter wrong is compared with them, whoever wrote the name.
# Words stay when their taxa are renamed: they find nothing then.
WORDS = """
CREATE INDEX taxon_word_tail ON taxonomy_word (substr(word, 3) COLLATE "C");

CREATE FUNCTION taxonomy_note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO taxonomy_word (word)
    SELECT DISTINCT w.word FROM after_it CROSS JOIN unnest(string_to_array(after_it.folded, ' ')) AS w (word)
    WHERE length(w.word) > 2 AND w.word !~ '^[0-9]+$' AND NOT EXISTS (
        SELECT FROM taxonomy_word known WHERE known.word = w.word)
    ORDER BY 1 ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER taxon_words_new AFTER INSERT ON taxonomy_taxon REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
CREATE TRIGGER taxon_words_changed AFTER UPDATE ON taxonomy_taxon REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
CREATE TRIGGER synonym_words_new AFTER INSERT ON taxonomy_synonym REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
CREATE TRIGGER synonym_words_changed AFTER UPDATE ON taxonomy_synonym REFERENCING NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_note_words();
"""
NO_WORDS = """
DROP TRIGGER synonym_words_changed ON taxonomy_synonym;
DROP TRIGGER synonym_words_new ON taxonomy_synonym;
DROP TRIGGER taxon_words_changed ON taxonomy_taxon;
DROP TRIGGER taxon_words_new ON taxonomy_taxon;
DROP FUNCTION taxonomy_note_words();
DROP INDEX taxon_word_tail;
"""
# What a taxon became by merges, one after the other; itself where it was never replaced. Ends also in a circle.
IN_USE = """
CREATE FUNCTION taxonomy_in_use(bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH RECURSIVE chain (id, by, step) AS (
    SELECT t.id, t.replaced_by_id, 0 FROM taxonomy_taxon t WHERE t.id = $1
    UNION ALL
    SELECT t.id, t.replaced_by_id, chain.step + 1 FROM chain JOIN taxonomy_taxon t ON t.id = chain.by
    WHERE chain.step < 50
)
SELECT id FROM chain ORDER BY step DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('taxonomy', '0001_initial'),
        ('taxonomy', '0002_synonyms'),
        ('taxonomy', '0003_tree_of_the_site'),
        ('taxonomy', '0004_no_circles'),
        ('taxonomy', '0005_presets'),
        ('taxonomy', '0006_edits'),
        ('taxonomy', '0007_names'),
        ('taxonomy', '0008_words'),
        ('taxonomy', '0009_in_use'),
        ('taxonomy', '0010_name_ends'),
    ]

    dependencies = [
        ('projects', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION taxonomy_folded(text);"),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('word', models.TextField(db_collation='C', primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Taxon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', annotations.taxonomy.names.NameField(max_length=200)),
                ('display_name', annotations.taxonomy.names.NameField(max_length=400)),
                ('name_folded', models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), function='taxonomy_folded'), output_field=models.TextField())),
                ('folded', models.GeneratedField(db_persist=True, expression=models.Func(models.F('display_name'), function='taxonomy_folded'), output_field=models.TextField())),
                ('path', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('kind', models.CharField(choices=[('P', 'Phylogenetic'), ('M', 'Morphotype')], default='P', max_length=1)),
                ('rank', models.CharField(blank=True, max_length=40)),
                ('authority', models.CharField(blank=True, max_length=300)),
                ('status', models.CharField(choices=[('A', 'Active'), ('D', 'Deprecated')], default='A', max_length=1)),
                ('note', models.TextField(blank=True)),
                ('aphia_id', models.PositiveIntegerField(blank=True, null=True)),
                ('ecotaxa_id', models.PositiveIntegerField(blank=True, null=True, unique=True)),
                ('used', models.BigIntegerField(default=0)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='taxonomy.taxon')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='taxonomy.taxon')),
            ],
            options={
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(fields=['path'], name='taxon_path'),
                    models.Index(django.contrib.postgres.indexes.OpClass('folded', 'text_pattern_ops'), name='taxon_completion'),
                    models.Index(django.contrib.postgres.indexes.OpClass('name_folded', 'text_pattern_ops'), name='taxon_name'),
                    models.Index(models.OrderBy(models.F('used'), descending=True), condition=models.Q(('used__gt', 0)), name='taxon_used'),
                ],
                'constraints': [
                    models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('display_name',), name='taxon_shown_once'),
                    models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('aphia_id',), name='taxon_once_in_worms'),
                    models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='taxon_not_its_own_parent'),
                    models.CheckConstraint(condition=models.Q(('status', 'D'), ('replaced_by', None), _connector='OR'), name='taxon_replaced_is_deprecated'),
                ],
                'verbose_name_plural': 'taxa',
                'ordering': ['display_name'],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', annotations.taxonomy.names.NameField(max_length=200)),
                ('folded', models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), function='taxonomy_folded'), output_field=models.TextField())),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='synonyms', to='taxonomy.taxon')),
            ],
            options={
                'indexes': [
                    models.Index(django.contrib.postgres.indexes.OpClass('folded', 'text_pattern_ops'), name='synonym_completion'),
                ],
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('taxon'), name='synonym_once_a_taxon'),
                ],
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='projects.project')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'taxon'), name='favourite_once'),
                ],
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='TaxonEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='taxonomy.taxon')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TrainingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='training_rules', to='projects.project')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'taxon'), name='training_rule_once'),
                ],
                'ordering': ['taxon__display_name'],
            },
        ),
        migrations.RunSQL(
            NO_CIRCLE, "DROP TRIGGER taxon_no_circle ON taxonomy_taxon; DROP FUNCTION taxonomy_no_circle();"
        ),
        migrations.RunSQL(INDEXES, NO_INDEXES),
        migrations.RunSQL(WORDS, NO_WORDS),
        migrations.RunSQL(IN_USE, "DROP FUNCTION taxonomy_in_use(bigint);"),
    ]
