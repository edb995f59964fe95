from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from seston.reference import reference


class Command(BaseCommand):
    help = "Writes docs/reference.md from the code: commands, keys and routes of the API."

    def handle(self, *args: object, **options: object) -> None:
        page = Path(settings.ROOT, "docs", "reference.md")
        page.write_text(reference())
        self.stdout.write(f"{page} is written.")
