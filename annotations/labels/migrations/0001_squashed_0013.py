"""Labels, their log, and the tallies that triggers on samples_object keep."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Statement-level triggers with transition tables append what each statement changed, whoever writes: 10,000 rows labelled
# at once append one row a (sample, taxon, state). Rows of neither tally go with a sample, a project or a person: the
# triggers take away what was counted of theirs, so it would be taken away twice.
PER_STATE = "project_id, sample_id, taxon_id, state"
PER_STATE_ROWS = f"SELECT {PER_STATE}, {{sign}}1 AS change FROM {{rows}}"
PER_DAY = "project_id, annotator_id, day"
PER_DAY_ROWS = """SELECT project_id, annotator_id, (labelled_at AT TIME ZONE 'UTC')::date AS day, {sign}1 AS change
    FROM {rows} WHERE state IN ('V', 'D') AND annotator_id IS NOT NULL AND labelled_at IS NOT NULL"""
TALLIES = {"labels_tally": (PER_STATE, PER_STATE_ROWS), "labels_settledtally": (PER_DAY, PER_DAY_ROWS)}
# event → the transition tables, with what a row of theirs counts
CHANGED = {
    "inserted": {"after_rows": ""},
    "deleted": {"before_rows": "-"},
    "updated": {"after_rows": "", "before_rows": "-"},
}


def append(table: str, key: str, rows: str, sources: dict[str, str]) -> str:
    changes = " UNION ALL ".join(rows.format(rows=name, sign=sign) for name, sign in sources.items())
    return f"""INSERT INTO {table} ({key}, count)
    SELECT {key}, sum(change) FROM ({changes}) AS changes GROUP BY {key} HAVING sum(change) <> 0;"""


def functions(tables: list[str]) -> str:
    return "".join(
        f"""
CREATE FUNCTION tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {" ".join(append(table, *TALLIES[table], sources) for table in tables)}
    RETURN NULL;
END $$;"""
        for event, sources in CHANGED.items()
    )


TALLY = functions(["labels_tally", "labels_settledtally"]) + """
CREATE TRIGGER tally_inserted AFTER INSERT ON samples_object
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_inserted();
CREATE TRIGGER tally_deleted AFTER DELETE ON samples_object
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_deleted();
CREATE TRIGGER tally_updated AFTER UPDATE ON samples_object
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_updated();
"""
NO_TALLY = """
DROP TRIGGER tally_inserted ON samples_object;
DROP TRIGGER tally_deleted ON samples_object;
DROP TRIGGER tally_updated ON samples_object;
DROP FUNCTION tally_inserted();
DROP FUNCTION tally_deleted();
DROP FUNCTION tally_updated();
"""


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('labels', '0001_initial'),
        ('labels', '0002_tally_triggers'),
        ('labels', '0003_batch_of_person'),
        ('labels', '0004_entropy'),
        ('labels', '0005_batches_by_rule'),
        ('labels', '0006_traits'),
        ('labels', '0007_undo_chains'),
        ('labels', '0008_settled_tally'),
        ('labels', '0009_merges_leave_labels'),
        ('labels', '0010_remap'),
        ('labels', '0011_words_of_traits'),
        ('labels', '0012_split_batches'),
        ('labels', '0013_machine_validated'),
    ]

    dependencies = [
        ('projects', '0003_invitations'),
        ('samples', '0010_pixel_source'),
        ('taxonomy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('label', 'Labelled'), ('undo', 'Undone'), ('prediction', 'Predicted'), ('import', 'Imported'), ('trait', 'Trait values'), ('remap', 'Remapped'), ('rule', 'Machine-validated'), ('rollback', 'Rolled back')], max_length=10)),
                ('model_id', models.BigIntegerField(null=True)),
                ('root_id', models.BigIntegerField(null=True)),
                ('step', models.PositiveIntegerField(default=0)),
                ('latest_id', models.BigIntegerField(null=True)),
                ('is_undone', models.BooleanField(default=False)),
                ('details', models.JSONField(default=dict)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('changed', models.IntegerField(default=0)),
                ('origin_id', models.BigIntegerField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='projects.project')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='undone_by', to='labels.batch')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('origin_id__isnull', False)), fields=['origin_id'], name='batch_origin'),
                    models.Index(fields=['project', 'user', '-id'], name='batch_of_person'),
                    models.Index(fields=['project', '-id'], name='batch_of_project'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('restores', models.IntegerField(null=True)),
                ('from_state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('M', 'Machine-validated'), ('D', 'Dubious'), ('V', 'Validated')], max_length=1)),
                ('from_score', models.FloatField(null=True)),
                ('from_margin', models.FloatField(null=True)),
                ('from_entropy', models.FloatField(null=True)),
                ('from_labelled_at', models.DateTimeField(null=True)),
                ('to_state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('M', 'Machine-validated'), ('D', 'Dubious'), ('V', 'Validated')], max_length=1)),
                ('to_score', models.FloatField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='labels.batch')),
                ('from_annotator', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_taxon', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon')),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='samples.object')),
                ('to_taxon', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon')),
            ],
        ),
        migrations.CreateModel(
            name='SettledTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('count', models.BigIntegerField()),
                ('annotator', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='projects.project')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['project', 'day', 'annotator'], include=('count',), name='settled_by_day'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('M', 'Machine-validated'), ('D', 'Dubious'), ('V', 'Validated')], max_length=1)),
                ('count', models.BigIntegerField()),
                ('project', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='projects.project')),
                ('sample', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='samples.sample')),
                ('taxon', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, to='taxonomy.taxon')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['project', 'sample', 'taxon', 'state'], include=('count',), name='tally_panel'),
                ],
            },
        ),
        migrations.RunSQL(TALLY, NO_TALLY),
    ]
