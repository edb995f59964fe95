"""Embedding spaces, and where objects lie in them."""

import django.db.models.deletion
import pgvector.django.halfvec
from django.db import migrations, models
from pgvector.django import VectorExtension


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('similarity', '0001_embeddings'),
        ('similarity', '0002_embedding_spaces'),
    ]

    dependencies = [
        ('learning', '0005_predictions_by_model'),
        ('projects', '0001_initial'),
        ('samples', '0008_entropy'),
    ]

    operations = [
        VectorExtension(),
        migrations.CreateModel(
            name='EmbeddingSpace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('classifier', 'a classifier'), ('backbone', 'a self-supervised backbone'), ('measurements', 'measurements')], default='classifier', max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('version', models.IntegerField(default=1)),
                ('backbone', models.CharField(blank=True, max_length=200)),
                ('dimensions', models.IntegerField()),
                ('details', models.JSONField(default=dict)),
                ('is_ready', models.BooleanField(default=True)),
                ('is_indexed', models.BooleanField(default=False)),
                ('model', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='space', to='learning.model')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='embedding_spaces', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('backbone', ''), ('kind', 'classifier'), ('model__isnull', False), ('project', None)), models.Q(('kind', 'backbone'), ('model', None), ('project', None), models.Q(('backbone', ''), _negated=True)), models.Q(('backbone', ''), ('kind', 'measurements'), ('model', None), ('project__isnull', False)), _connector='OR'), name='embedding_space_has_owner'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'measurements')), fields=('project', 'version'), name='embedding_space_of_project'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'backbone')), fields=('backbone', 'version'), name='embedding_space_of_backbone'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Embedding',
            fields=[
                ('pk', models.CompositePrimaryKey('object_id', 'space_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('vector', pgvector.django.halfvec.HalfVectorField()),
                ('object', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('space', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='similarity.embeddingspace')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['space', 'project'], name='embedding_of_project'),
                ],
            },
        ),
    ]
