"""Which folders and buckets the administrator has opened to imports, and to whom.

Managers of a project may use every one, unless SESTON_IMPORT_USERS names the people of it; administrators use all.
"""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.imports.origins.buckets import BucketPlace
from annotations.imports.origins.folders import FolderPlace
from annotations.imports.origins.places import ImportPlace


def places_for(user: User) -> list[ImportPlace]:
    """Those that the person may use, by name."""
    return [place for place in _all_places(user) if _may_use(user, place.name)]


def open_place(user: User, name: str, kind: str | None = None) -> ImportPlace:
    """Raises ValidationError where there is none of that name, or none for this person: nobody learns which."""
    for place in places_for(user):
        if place.name == name and kind in (None, place.kind):
            return place
    raise ValidationError(f"There is no place called {name} from which you may import. {_remedy(user, name)}")


def _remedy(user: User, name: str) -> str:
    """Names of settings are for who can set them."""
    if user.is_superuser:
        return f"Name its path in SESTON_IMPORT_FOLDERS or SESTON_IMPORT_BUCKETS ({name}=…), and start the site again."
    return f"Ask an administrator of the site to open {name} to you."


def _all_places(user: User) -> Iterator[ImportPlace]:
    for name, root in settings.IMPORT_FOLDERS.items():
        yield FolderPlace(name, root)
    for name, root in settings.IMPORT_BUCKETS.items():
        yield BucketPlace(name, root, is_for_administrator=user.is_superuser)


def _may_use(user: User, name: str) -> bool:
    people = settings.IMPORT_USERS.get(name)
    return people is None or user.is_superuser or user.get_username() in people.split()
