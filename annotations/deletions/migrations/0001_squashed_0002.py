import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('deletions', '0001_initial'),
        ('deletions', '0002_objects'),
    ]

    dependencies = [
        ('jobs', '0003_uploads'),
        ('projects', '0006_bin_of'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ObjectDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deleted', models.DateTimeField()),
                ('restored', models.DateTimeField(null=True)),
                ('gone', models.DateTimeField(null=True)),
                ('criteria', models.JSONField(default=dict)),
                ('samples', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('words', models.TextField(blank=True)),
                ('expected', models.IntegerField()),
                ('objects_then', models.IntegerField(default=0)),
                ('samples_then', models.IntegerField(default=0)),
                ('originals', models.JSONField(default=dict)),
                ('bin', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='held_for', to='projects.project')),
                ('deleted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='object_deletions', to='projects.project')),
                ('restored_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Deletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deleted', models.DateTimeField()),
                ('restored', models.DateTimeField(null=True)),
                ('gone', models.DateTimeField(null=True)),
                ('title', models.CharField(max_length=255)),
                ('objects_then', models.BigIntegerField()),
                ('deleted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deletions', to='projects.project')),
                ('restored_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('gone', None), ('restored', None)), fields=('project',), name='once_in_the_bin')],
            },
        ),
    ]
