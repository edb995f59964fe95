import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('jobs', '0001_initial'),
        ('jobs', '0002_claims'),
        ('jobs', '0003_uploads'),
        ('jobs', '0004_parts'),
    ]

    dependencies = [
        ('projects', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('queue', models.CharField(default='cpu', max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('params', models.JSONField(default=dict)),
                ('checkpoint', models.JSONField(default=dict)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=500)),
                ('log', models.TextField(blank=True)),
                ('errors', models.JSONField(default=list)),
                ('result', models.JSONField(default=dict)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('deaths', models.PositiveSmallIntegerField(default=0)),
                ('delays', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('dispatched', models.DateTimeField(null=True)),
                ('started', models.DateTimeField(null=True)),
                ('heartbeat', models.DateTimeField(null=True)),
                ('finished', models.DateTimeField(null=True)),
                ('expires', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='projects.project')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['project', '-id'], name='job_project'),
                    models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['state', 'heartbeat'], name='job_unfinished'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running']), models.Q(('subject', ''), _negated=True)), fields=('kind', 'subject'), name='one_live_job'),
                ],
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='JobPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reached', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('is_done', models.BooleanField(default=False)),
                ('note', models.JSONField(default=dict)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('session', models.CharField(blank=True, max_length=63)),
                ('heartbeat', models.DateTimeField(null=True)),
                ('bare_rate', models.FloatField(null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='jobs.job')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('is_done', False)), fields=['job', 'last'], name='part_left'),
                ],
                'ordering': ['last'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expires', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created'],
            },
        ),
    ]
