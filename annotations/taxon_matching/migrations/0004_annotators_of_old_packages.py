"""Annotators whom packages brought before projects had annotators of their own: a manager can link them, too.

Such an account could serve several projects, and a later package may have made the same person anew. It lives here
because this app's tables are the topmost that name an annotator.
"""

import secrets
from itertools import groupby
from operator import itemgetter

from django.db import migrations

# accounts that were never a person's: nobody can have signed in with them, or been made a member
OLD = """
WITH labelled AS (
    SELECT project_id, annotator_id AS id FROM samples_object WHERE annotator_id IS NOT NULL
    UNION SELECT t.project_id, v.annotator_id FROM traits_traitvalue v JOIN traits_trait t ON t.id = v.trait_id
    WHERE v.annotator_id IS NOT NULL
    UNION SELECT n.project_id, l.annotator_id FROM nomenclature_keptlabel l
    JOIN nomenclature_unknownname n ON n.id = l.unknown_id WHERE l.annotator_id IS NOT NULL
    UNION SELECT b.project_id, c.from_annotator_id FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
    WHERE c.from_annotator_id IS NOT NULL
)
SELECT u.id, labelled.project_id FROM labelled JOIN accounts_user u USING (id)
WHERE NOT u.is_active AND NOT u.is_staff AND NOT u.is_superuser AND u.password LIKE '!%' AND u.last_login IS NULL
AND NOT EXISTS (SELECT FROM projects_membership m WHERE m.user_id = u.id)
AND NOT EXISTS (SELECT FROM projects_importedannotator a WHERE a.user_id = u.id)
ORDER BY u.id, labelled.project_id
"""
MOVES = [
    """UPDATE samples_object SET annotator_id = %(new)s WHERE annotator_id = %(old)s AND project_id = %(project)s""",
    """UPDATE traits_traitvalue v SET annotator_id = %(new)s FROM traits_trait t
       WHERE t.id = v.trait_id AND v.annotator_id = %(old)s AND t.project_id = %(project)s""",
    """UPDATE nomenclature_keptlabel l SET annotator_id = %(new)s FROM nomenclature_unknownname n
       WHERE n.id = l.unknown_id AND l.annotator_id = %(old)s AND n.project_id = %(project)s""",
    """UPDATE labels_change c SET from_annotator_id = %(new)s FROM labels_batch b
       WHERE b.id = c.batch_id AND c.from_annotator_id = %(old)s AND b.project_id = %(project)s""",
    """UPDATE traits_traitchange c
       SET before = CASE WHEN (c.before ->> 'annotator')::bigint = %(old)s
               THEN jsonb_set(c.before, '{annotator}', to_jsonb(%(new)s::bigint)) ELSE c.before END,
           after = CASE WHEN (c.after ->> 'annotator')::bigint = %(old)s
               THEN jsonb_set(c.after, '{annotator}', to_jsonb(%(new)s::bigint)) ELSE c.after END
       FROM labels_batch b WHERE b.id = c.batch_id AND b.project_id = %(project)s
       AND %(old)s IN ((c.before ->> 'annotator')::bigint, (c.after ->> 'annotator')::bigint)""",
]


def link_old_annotators(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    annotators = apps.get_model("projects", "ImportedAnnotator").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(OLD)
        for user_id, rows in groupby(cursor.fetchall(), key=itemgetter(0)):
            user = User.objects.get(pk=user_id)
            for _, project_id in rows:
                row = annotator_in(project_id, user, User, annotators)
                if row.user_id != user_id:
                    for move in MOVES:
                        cursor.execute(move, {"old": user_id, "new": row.user_id, "project": project_id})


def annotator_in(project_id, user, User, annotators):
    """Of that name in the project, or made: with the account itself the first time, then with one like it."""
    name = " ".join(f"{user.first_name} {user.last_name}".split())
    row = annotators.filter(project=project_id, name__iexact=name, email__iexact=user.email).first()
    if row:
        return row
    is_taken = annotators.filter(user=user).exists()
    account = User(username=f"imported-{secrets.token_hex(8)}") if is_taken else User.objects.get(pk=user.pk)
    account.first_name, account.last_name = user.first_name, user.last_name
    account.email, account.password, account.is_active = user.email, user.password, False
    if not name:  # its user name is a part of the e-mail address
        number = annotators.filter(project=project_id).count() + 1
        account.first_name, account.last_name = "Annotator", str(number)
    account.save()
    return annotators.create(project_id=project_id, user=account, name=name, email=user.email)


class Migration(migrations.Migration):
    dependencies = [
        ("nomenclature", "0003_homonyms"),
        ("accounts", "0006_shown_name"),
        ("labels", "0007_undo_chains"),
        ("projects", "0003_invitations"),
        ("samples", "0010_pixel_source"),
        ("traits", "0004_restored_versions"),
    ]

    operations = [migrations.RunPython(link_old_annotators, migrations.RunPython.noop)]
