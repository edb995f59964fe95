from django.core.management.base import BaseCommand

from annotations.search.listing import conditions_table, orders_table


class Command(BaseCommand):
    help = "Lists what objects can be filtered and sorted by, as the tables of docs/filters.md."

    def handle(self, **options: object) -> None:
        self.stdout.write(conditions_table())
        self.stdout.write("")
        self.stdout.write(orders_table())
