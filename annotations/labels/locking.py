"""Objects that are about to be changed are locked in the order of their ids: so no two writers wait for each other."""

from django.db import connection

LOCK = "SELECT FROM samples_object o WHERE o.id = ANY(%s) ORDER BY o.id FOR NO KEY UPDATE"


def lock_objects(ids: list[int]) -> None:
    """Until the transaction ends; what follows sees what was committed while this waited.

    Whoever changes objects in several steps calls it before the first, with all of them: each step locks in order, but
    the second may reach for what lies before the first's.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [ids])
