import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.demo.package import write_package
from annotations.demo.trait_values import set_drawn_trait_values
from annotations.demo.worms import register_drawn_taxa
from annotations.marks.actions import adopt_starter_set
from annotations.projects.actions import create_project, set_role, update_project
from annotations.projects.command import project_titled
from annotations.projects.demo import TITLE
from annotations.projects.models import Licence, Project, Role
from annotations.traits.models import TraitValue
from annotations.traits.vocabulary import adopt_set, define_trait
from annotations.volumes.actions import set_volumes
from annotations.volumes.models import VolumeUnit
from seston.forking import run_apart
from seston.management.commands.run_site import Command as RunSite
from seston.secrets import kept_secret

OBJECTS = 1500
MEMBERS = {"alice": Role.MANAGER, "bob": Role.ANNOTATOR, "carla": Role.EXPERT}


class Command(RunSite):
    help = "Runs the site with an administrator, three members and a project of drawn plankton."

    def add_arguments(self, parser: CommandParser) -> None:
        """None: a demo is whole, `--only` would not be heeded."""

    def handle(self, *args: object, **options: object) -> None:
        self.prepare()
        password = self._people()
        if not self._is_loaded.exists() and run_apart("demo", self._project):
            raise CommandError("The demo project could not be made; what went wrong stands above.")
        lines = [
            f"Seston is ready: {self.url}",
            f"Sign in as admin with the password {password['admin']}",
            "or as alice (manager), bob (annotator) or carla (expert) "
            f"with the password {password['members']}",
            "Ctrl-C stops it.",
        ]
        self.run("\n".join(lines))

    def _people(self) -> dict[str, str]:
        """Makes the accounts on the first run. Made-up passwords are kept, to be printed again."""
        admin = settings.ADMIN_PASSWORD or kept_secret(settings.SESTON_HOME / "admin-password", 9)
        members = kept_secret(settings.SESTON_HOME / "members-password", 9)
        user, is_new = User.objects.get_or_create(
            username="admin", defaults={"is_staff": True, "is_superuser": True, "first_name": "Admin"}
        )
        if is_new or settings.ADMIN_PASSWORD:
            self._set_password(user, admin)
        for name in MEMBERS:
            member, is_new = User.objects.get_or_create(
                username=name, defaults={"first_name": name.capitalize(), "email": f"{name}@example.org"}
            )
            if is_new:
                self._set_password(member, members)
        return {"admin": admin, "members": members}

    @staticmethod
    def _set_password(user: User, password: str) -> None:
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])

    @property
    def _is_loaded(self) -> Path:
        return settings.SESTON_HOME / "demo-loaded"

    def _project(self) -> None:
        """Draws and imports the demo project; a run that was cut off goes on."""
        project = project_titled(TITLE)
        if project is None:
            alice = User.objects.get(username="alice")
            project = create_project(title=TITLE, owner=alice, description=ABOUT)
            update_project(project=project, licence=Licence.CC0, contact=alice)
        for name, role in MEMBERS.items():
            set_role(project=project, user=User.objects.get(username=name), role=role)
        self._say(f"Drawing {OBJECTS:,} plankton organisms for the demo project …")
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "drawn_plankton.zip"
            write_package(package, OBJECTS)
            call_command(
                "import_ecotaxa",
                str(package),
                project=TITLE,
                user="alice",
                create_taxa=True,
                stdout=self.stdout,
            )
        register_drawn_taxa(User.objects.get(username="admin"))
        set_volumes(project=project, volume_unit=VolumeUnit.CUBIC_METRES.value)  # as the package draws them
        _define_traits(project)
        self._is_loaded.touch()


def _define_traits(project: Project) -> None:
    """Some ready-made sets, labels of marks, and a length that is drawn on the image."""
    manager = User.objects.get(username="alice")
    for name in ("Reproduction", "Feeding", "Condition"):
        adopt_set(project=project, user=manager, name=name)
    adopt_starter_set(project=project)
    if not project.traits.filter(key="prosome_length").exists():
        define_trait(
            project=project,
            user=manager,
            name="Prosome length",
            kind="measure",
            unit="µm",
            group="Size",
            icon="➤",
            mark_label="prosome",
            mark_measure="length",
            help="Look closely (Ctrl + Enter) and draw the prosome: the length of the line is the value.",
        )
    if not TraitValue.objects.filter(trait__project=project).exists():
        annotators = [User.objects.get(username=name) for name in ("bob", "carla")]
        set_drawn_trait_values(project, manager, annotators)


ABOUT = (
    "Sixteen kinds of plankton and detritus from six stations, drawn by Seston itself. "
    "Sort, train, predict, review."
)
