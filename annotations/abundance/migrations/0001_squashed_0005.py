import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('abundance', '0001_initial'),
        ('abundance', '0002_dubious'),
        ('abundance', '0003_basis_without_model'),
        ('abundance', '0004_samples_go'),
        ('abundance', '0005_em_counts'),
    ]

    dependencies = [
        ('learning', '0009_refit_method'),
        ('projects', '0006_bin_of'),
        ('samples', '0013_machine_validated'),
        ('taxonomy', '0010_name_ends'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AbundanceTable',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='abundance', serialize=False, to='projects.project')),
                ('created', models.DateTimeField()),
                ('objects_seen', models.BigIntegerField()),
                ('taxa_below', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('proposals', models.JSONField(default=list)),
                ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='learning.model')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SamplingFrame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField()),
                ('size', models.BigIntegerField()),
                ('last_object', models.BigIntegerField()),
                ('seed', models.BigIntegerField()),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sampling_frames', to='samples.sample')),
            ],
        ),
        migrations.CreateModel(
            name='ValidationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='validation_plans', to='projects.project')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SampleAbundance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basis', models.CharField(choices=[('exact', 'counted'), ('random', 'random objects'), ('borrowed', 'other samples'), ('model', 'model alone'), ('validated', 'validated alone')], max_length=10)),
                ('uses_model', models.BooleanField()),
                ('objects_seen', models.BigIntegerField()),
                ('validated', models.BigIntegerField()),
                ('dubious', models.BigIntegerField(default=0)),
                ('drawn', models.BigIntegerField()),
                ('unnamed', models.FloatField()),
                ('sample', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='samples.sample')),
                ('table', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='samples', to='abundance.abundancetable')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('table', 'sample'), name='sample_abundance_once')],
            },
        ),
        migrations.CreateModel(
            name='TaxonAbundance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted', models.BigIntegerField()),
                ('estimate', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('adjusted', models.FloatField(null=True)),
                ('adjusted_low', models.FloatField(null=True)),
                ('adjusted_high', models.FloatField(null=True)),
                ('em', models.FloatField(null=True)),
                ('em_low', models.FloatField(null=True)),
                ('em_high', models.FloatField(null=True)),
                ('sample', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='samples.sample')),
                ('table', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='abundance.abundancetable')),
                ('taxon', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
            ],
            options={
                'indexes': [models.Index(fields=['table', 'taxon', '-estimate', 'id'], name='abundance_of_taxon'), models.Index(fields=['table', 'sample', '-estimate', 'id'], name='abundance_of_sample'), models.Index(fields=['table', 'id'], name='abundance_in_order')],
            },
        ),
        migrations.CreateModel(
            name='DrawnObject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.BigIntegerField()),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('frame', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='drawn', to='abundance.samplingframe')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drawn', to='abundance.validationplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('frame', 'place'), name='drawn_place_once')],
            },
        ),
    ]
