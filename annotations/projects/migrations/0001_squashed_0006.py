import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('projects', '0001_initial'),
        ('projects', '0002_imported_annotators'),
        ('projects', '0003_invitations'),
        ('projects', '0004_project_deleted'),
        ('projects', '0005_project_terms'),
        ('projects', '0006_bin_of'),
    ]

    dependencies = [

        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255)),
                ('description', models.TextField(blank=True)),
                ('licence', models.CharField(blank=True, choices=[('CC0 1.0', 'CC0 1.0: use it freely'), ('CC BY 4.0', 'CC BY 4.0: name who made it'), ('CC BY-NC 4.0', 'CC BY-NC 4.0: name who made it, not for commerce'), ('Copyright', 'Copyright: all rights reserved')], max_length=12)),
                ('doi', models.CharField(blank=True, max_length=200, verbose_name='DOI')),
                ('embargo_until', models.DateField(blank=True, null=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('deleted', models.DateTimeField(editable=False, null=True)),
                ('bin_of', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='bins', to='projects.project')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['title', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ImportedAnnotator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=301)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imported_names', to=settings.AUTH_USER_MODEL)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported_annotator', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imported_annotators', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(models.F('project'), django.db.models.functions.text.Lower('name'), django.db.models.functions.text.Lower('email'), name='one_imported_annotator'),
                ],
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AnnotatorLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('annotator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='projects.importedannotator')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('annotator', 'Annotator'), ('expert', 'Expert'), ('manager', 'Manager')], default='annotator', max_length=10)),
                ('note', models.CharField(blank=True, max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expires', models.DateTimeField()),
                ('uses_left', models.PositiveSmallIntegerField(default=1)),
                ('revoked', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='projects.project')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('annotator', 'Annotator'), ('expert', 'Expert'), ('manager', 'Manager')], default='annotator', max_length=10)),
                ('account_made', models.BooleanField(default=False)),
                ('invitation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='memberships', to='projects.invitation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='projects.project')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'user'), name='one_membership_a_person'),
                ],
            },
        ),
        migrations.AddField(
            model_name='project',
            name='members',
            field=models.ManyToManyField(related_name='projects', through='projects.Membership', to=settings.AUTH_USER_MODEL),
        ),
    ]
