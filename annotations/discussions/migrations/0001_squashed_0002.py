import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('discussions', '0001_comments'),
        ('discussions', '0002_edits_and_the_inbox'),
    ]

    dependencies = [
        ('projects', '0001_initial'),
        ('samples', '0006_more_orders'),
        ('taxonomy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('edited', models.DateTimeField(null=True)),
                ('removed', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('object', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='samples.object')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='projects.project')),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taxon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='taxonomy.taxon')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['project', 'taxon', 'id'], name='comment_taxon'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('object', None), ('taxon', None), _connector='XOR'), name='comment_on_an_object_or_a_taxon'),
                ],
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen', models.DateTimeField(null=True)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='discussions.comment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('seen', None)), fields=['user', '-id'], name='mention_unseen'),
                    models.Index(fields=['user', '-id'], name='mention_inbox'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('comment', 'user'), name='mention_once'),
                ],
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReferenceImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caption', models.CharField(blank=True, max_length=200)),
                ('object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='samples.object')),
                ('pinned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reference_images', to='projects.project')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'taxon', 'object'), name='reference_image_once'),
                ],
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TaxonNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taxon_notes', to='projects.project')),
                ('taxon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='taxonomy.taxon')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
    ]
