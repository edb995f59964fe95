import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('metadata', '0001_corrections'),
        ('metadata', '0002_levels'),
    ]

    dependencies = [
        ('jobs', '0003_uploads'),
        ('projects', '0003_invitations'),
        ('samples', '0012_extent_of_depths'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('cell', 'in the table'), ('form', 'for many at once'), ('file', 'from a file'), ('api', 'by the API'), ('undo', 'put back')], max_length=4)),
                ('file_name', models.CharField(blank=True, max_length=255)),
                ('level', models.CharField(choices=[('object', 'Object'), ('sample', 'Sample'), ('acq', 'Acquisition'), ('process', 'Process')], default='sample', max_length=10)),
                ('rows', models.IntegerField()),
                ('filter', models.JSONField(null=True)),
                ('value', models.TextField(blank=True, default='')),
                ('warning', models.TextField(blank=True, default='')),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('applied', models.DateTimeField(null=True)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='projects.project')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='metadata.correction')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['project', '-id'], name='correction_latest'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CorrectedValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_id', models.BigIntegerField()),
                ('column', models.TextField()),
                ('old', models.TextField(blank=True)),
                ('new', models.TextField(blank=True)),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values', to='metadata.correction')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('correction', 'row_id', 'column'), name='corrected_once'),
                ],
            },
        ),
    ]
