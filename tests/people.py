"""Alice manages, Bob annotates, Carla reviews, Vera looks, Dan is a stranger; Root administers the site."""

from annotations.accounts.models import User
from annotations.projects.actions import create_project
from annotations.projects.models import Membership, Project, Role
from tests.worlds import shared_rows

PASSWORD = "drifting-with-the-current"


def make_person(username: str, password: str | None = PASSWORD, **more: object) -> User:
    return User.objects.create_user(
        username, f"{username}@example.org", password, first_name=username.capitalize(), **more
    )


def make_project(*, alice: User, bob: User, carla: User, vera: User) -> Project:
    """Alice's project, with Bob, Carla and Vera in it. Dan is not."""
    project = create_project(title="Villefranche 2026", owner=alice)
    roles = ((bob, Role.ANNOTATOR), (carla, Role.EXPERT), (vera, Role.VIEWER))
    Membership.objects.bulk_create(Membership(project=project, user=user, role=role) for user, role in roles)
    return project


@shared_rows
def alice(db) -> User:
    return make_person("alice")


@shared_rows
def bob(db) -> User:
    return make_person("bob")


@shared_rows
def carla(db) -> User:
    return make_person("carla")


@shared_rows
def vera(db) -> User:
    return make_person("vera")


@shared_rows
def dan(db) -> User:
    return make_person("dan")


@shared_rows
def root(db) -> User:
    return make_person("root", is_staff=True, is_superuser=True)


@shared_rows
def project(alice, bob, carla, vera) -> Project:
    """Alice's project, with Bob, Carla and Vera in it. Dan is not."""
    return make_project(alice=alice, bob=bob, carla=carla, vera=vera)
