"""Values of traits for the drawn animals, as people would have set them: the pencil knows what it drew."""

from collections import defaultdict

from django.db import transaction

from annotations.accounts.models import User
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn, Object, State
from annotations.taxonomy.models import Taxon
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait
from annotations.traits.vocabulary import change_trait

CARRIERS = "Crustacea"
LEFT_TO_DO = 2  # samples whose animals nobody has looked at, and one animal in five of the others
OF_CARRIERS = ("egg_sac", "spermatophore", "gut_fullness")


@transaction.atomic
def set_drawn_trait_values(project: Project, manager: User, annotators: list[User]) -> int:
    """Lets eggs and guts apply to crustaceans only, and sets them for most that are validated; returns how many."""
    crustacea = Taxon.objects.get(display_name=CARRIERS)
    for trait in Trait.objects.filter(project=project, key__in=OF_CARRIERS):
        change_trait(trait=trait, user=manager, applies_to=[crustacea.pk])
    animals = _animals(project, crustacea)
    for key, values in _values(animals).items():
        trait = Trait.objects.get(project=project, key=key)
        for n, (value, objects) in enumerate(sorted(values.items(), key=str)):
            targets = [Target(id=number, version=0) for number in objects]
            set_trait_values(trait=trait, user=annotators[n % len(annotators)], targets=targets, value=value)
    return len(animals)


def _animals(project: Project, above: Taxon) -> dict[int, dict[str, float]]:
    """Eggs and fullness of the gut (0 to 1) of validated animals below the taxon, by object."""
    columns = FreeColumn.objects.filter(project=project, name__in=["trait_eggs", "trait_gut_fullness"])
    places = {column.name.removeprefix("trait_"): column.position or 0 for column in columns}
    samples = project.samples.order_by("pk")[: max(project.samples.count() - LEFT_TO_DO, 1)]
    objects = Object.objects.filter(
        sample__in=list(samples), state=State.VALIDATED, taxon__path__contains=[above.pk]
    ).order_by("pk")
    rows = objects.values_list("pk", "wide__values")
    return {
        pk: {name: values[place] or 0.0 for name, place in places.items()}
        for n, (pk, values) in enumerate(rows)
        if n % 5
    }


def _values(animals: dict[int, dict[str, float]]) -> dict[str, dict[object, list[int]]]:
    """The objects by value, by trait; whether there are eggs comes before their number, which rests on it."""
    values: dict[str, dict[object, list[int]]] = {
        key: defaultdict(list) for key in ("egg_sac", "egg_number", "gut_fullness")
    }
    for number, animal in animals.items():
        eggs = int(animal["eggs"])
        values["egg_sac"]["yes" if eggs else "no"].append(number)
        if eggs:
            values["egg_number"][eggs].append(number)
        values["gut_fullness"][_fullness(animal["gut_fullness"])].append(number)
    return values


def _fullness(share: float) -> str:
    return ("empty", "a_third", "two_thirds", "full")[round(share * 3)]
