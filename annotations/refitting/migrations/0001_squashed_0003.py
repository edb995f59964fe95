import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('refitting', '0001_initial'),
        ('refitting', '0002_requested'),
        ('refitting', '0003_measurement'),
    ]

    dependencies = [
        ('learning', '0010_prediction_preview'),
        ('projects', '0006_bin_of'),
        ('similarity', '0002_embedding_spaces'),
    ]

    operations = [
        migrations.CreateModel(
            name='Refitting',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='refitting', serialize=False, to='projects.project')),
                ('is_on', models.BooleanField(default=True)),
                ('requested', models.DateTimeField(null=True)),
                ('answered', models.DateTimeField(null=True)),
                ('refitted', models.DateTimeField(null=True)),
                ('labels', models.IntegerField(default=0)),
                ('changed', models.IntegerField(default=0)),
                ('method', models.CharField(blank=True, max_length=12)),
                ('heads', models.BinaryField(default=bytes)),
                ('model', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='refitting', to='learning.model')),
                ('space', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='similarity.embeddingspace')),
            ],
        ),
        migrations.CreateModel(
            name='RefitMeasurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField()),
                ('labels', models.IntegerField()),
                ('objects_tested', models.IntegerField()),
                ('samples_tested', models.IntegerField()),
                ('figures', models.JSONField(default=dict)),
                ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='refit_measurements', to='learning.model')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='refit_measurements', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'model'), name='refit_measured_once', nulls_distinct=False)],
            },
        ),
    ]
