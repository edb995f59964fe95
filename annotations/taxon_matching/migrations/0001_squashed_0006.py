import annotations.taxonomy.names
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('nomenclature', '0001_unknown_names'),
        ('nomenclature', '0002_merges'),
        ('nomenclature', '0003_homonyms'),
        ('nomenclature', '0004_annotators_of_old_packages'),
        ('nomenclature', '0005_pending'),
        ('nomenclature', '0006_settlings'),
    ]

    dependencies = [
        ('accounts', '0006_shown_name'),
        ('jobs', '0003_uploads'),
        ('labels', '0011_words_of_traits'),
        ('projects', '0003_invitations'),
        ('samples', '0010_pixel_source'),
        ('taxonomy', '0007_names'),
        ('traits', '0004_restored_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('tree', models.JSONField(default=dict)),
                ('undone', models.DateTimeField(null=True)),
                ('batches', models.ManyToManyField(related_name='+', to='labels.batch')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PendingName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', annotations.taxonomy.names.NameField(max_length=400)),
                ('lineage', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=400), default=list, size=None)),
                ('ecotaxa_id', models.PositiveIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('settled', 'Settled'), ('refused', 'Refused')], default='waiting', max_length=10)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('settled', models.DateTimeField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending_names', to='projects.project')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taxon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='taxonomy.taxon')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('project'), models.F('ecotaxa_id'), models.Func(models.F('lineage'), models.Value(0), function='hash_array_extended'), name='unknown_name_once', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('state', 'settled'), ('taxon', None), _connector='XOR'), name='settled_name_has_taxon'),
                ],
                'db_table': 'nomenclature_unknownname',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PendingLabel',
            fields=[
                ('object', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pending_label', serialize=False, to='samples.object')),
                ('state', models.CharField(choices=[('U', 'Unclassified'), ('P', 'Predicted'), ('D', 'Dubious'), ('V', 'Validated')], max_length=1)),
                ('score', models.FloatField(null=True)),
                ('margin', models.FloatField(null=True)),
                ('entropy', models.FloatField(null=True)),
                ('labelled_at', models.DateTimeField(null=True)),
                ('annotator', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pending', models.ForeignKey(db_column='unknown_id', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='nomenclature.pendingname')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['pending', 'object'], name='kept_label_of_name'),
                ],
                'db_table': 'nomenclature_keptlabel',
            },
        ),
        migrations.CreateModel(
            name='Settling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('names', models.JSONField(default=list)),
                ('made', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('traits', models.JSONField(default=list)),
                ('undone', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='labels.batch')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='settlings', to='projects.project')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
    ]
