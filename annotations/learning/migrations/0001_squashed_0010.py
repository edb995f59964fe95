import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('learning', '0001_initial'),
        ('learning', '0002_registry'),
        ('learning', '0003_candidates'),
        ('learning', '0004_former_predictions'),
        ('learning', '0005_predictions_by_model'),
        ('learning', '0006_method'),
        ('learning', '0007_artefacts'),
        ('learning', '0008_device_speeds'),
        ('learning', '0009_refit_method'),
        ('learning', '0010_prediction_preview'),
    ]

    dependencies = [
        ('jobs', '0003_uploads'),
        ('projects', '0001_initial'),
        ('samples', '0010_pixel_source'),
        ('taxonomy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PredictionPreview',
            fields=[
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preview', serialize=False, to='jobs.job')),
                ('waiting', models.IntegerField()),
                ('rows', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='DeviceSpeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.CharField(max_length=200)),
                ('device', models.CharField(max_length=50)),
                ('method', models.CharField(choices=[('measure', 'measure and classify'), ('features', 'features and classify'), ('network', 'fine-tuned network'), ('refit', 'learns while people sort')], max_length=8)),
                ('network', models.CharField(blank=True, max_length=50)),
                ('image_size', models.PositiveIntegerField()),
                ('seconds_once', models.FloatField()),
                ('seconds_epoch', models.FloatField(default=0)),
                ('measured', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('worker', 'device', 'method', 'network', 'image_size'), name='device_speed_once')],
            },
        ),
        migrations.CreateModel(
            name='LearningSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('recipe', models.JSONField(default=dict)),
                ('facts', models.JSONField(default=dict)),
                ('folder', models.CharField(blank=True, max_length=200)),
                ('artefact', models.CharField(blank=True, max_length=100)),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='learning_set', to='jobs.job')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('projects', models.ManyToManyField(related_name='learning_sets', to='projects.project')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Model',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('method', models.CharField(choices=[('measure', 'measure and classify'), ('features', 'features and classify'), ('network', 'fine-tuned network'), ('refit', 'learns while people sort')], default='network', max_length=8)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('settings', models.JSONField(default=dict)),
                ('classes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('history', models.JSONField(default=list)),
                ('metrics', models.JSONField(default=dict)),
                ('is_ready', models.BooleanField(default=False)),
                ('notes', models.TextField(blank=True)),
                ('wanted_precision', models.FloatField(blank=True, null=True)),
                ('archived', models.DateTimeField(blank=True, null=True)),
                ('artefact', models.CharField(blank=True, max_length=100)),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='model', to='jobs.job')),
                ('learning_set', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='models', to='learning.learningset')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='learning.model')),
                ('projects', models.ManyToManyField(related_name='models', to='projects.project')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ProjectModel',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='own_model', serialize=False, to='projects.project')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='owned_by', to='learning.model')),
            ],
        ),
        migrations.CreateModel(
            name='FormerPrediction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch_id', models.BigIntegerField()),
                ('model_id', models.BigIntegerField(null=True)),
                ('taxa', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('scores', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None)),
                ('candidates', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('novelty', models.FloatField(null=True)),
                ('written_by', models.BigIntegerField(null=True)),
                ('created', models.DateTimeField(null=True)),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch_id', 'object'), name='former_prediction_once')],
            },
        ),
        migrations.CreateModel(
            name='HeldOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField()),
                ('fold', models.CharField(default='test', max_length=4)),
                ('is_suspect', models.BooleanField(default=False)),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('predicted', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
                ('taxon', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
                ('model', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='held_out', to='learning.model')),
            ],
            options={
                'indexes': [models.Index(fields=['model', 'taxon', 'predicted'], name='held_out_cell'), models.Index(condition=models.Q(('is_suspect', True)), fields=['model', 'object'], name='held_out_suspect')],
            },
        ),
        migrations.CreateModel(
            name='Prediction',
            fields=[
                ('pk', models.CompositePrimaryKey('object_id', 'model_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('is_current', models.BooleanField(default=True)),
                ('taxa', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('scores', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('candidates', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('novelty', models.FloatField(null=True)),
                ('batch_id', models.BigIntegerField(null=True)),
                ('created', models.DateTimeField(auto_now=True)),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='predictions', to='learning.model')),
                ('object', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='predictions', to='samples.object')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_current', True), ('novelty__gte', 0.95)), fields=['novelty'], name='prediction_novel'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('is_current', True)), fields=['candidates'], name='prediction_candidate')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('object',), name='prediction_current')],
            },
        ),
    ]
