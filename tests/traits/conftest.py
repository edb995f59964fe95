"""A project whose copepods may carry eggs."""

from types import SimpleNamespace

from annotations.samples.models import Object
from annotations.traits.models import Trait, TraitValue
from annotations.traits.vocabulary import define_trait
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def lagoon(tow, alice) -> SimpleNamespace:
    """`tow` with traits: an egg sac (of copepods), the number of eggs (if there is one), antennae, length, a remark."""

    def define(**fields):
        return define_trait(project=tow.project, user=alice, **fields)

    sac = define(name="Egg sac", kind="flag", quick_key="e", default="no", applies_to=[tow.copepoda])
    number = define(name="Number of eggs", kind="count", only_if=sac, only_if_choices=["yes"])
    antennae = define(name="Antennae", kind="several", choices=["spread", "folded", "broken"])
    length = define(name="Prosome length", kind="measure", unit="µm")
    remark = define(name="Remark", kind="text")
    stage = define(name="Stage", kind="ordinal", choices=["nauplius", "juvenile", "adult"])
    return SimpleNamespace(
        **vars(tow), sac=sac, number=number, antennae=antennae, length=length, remark=remark, stage=stage
    )


def copepods(lagoon) -> list[Object]:
    return lagoon.objects[:6]


def say_of(objects: list[Object], trait: Trait, choice: str) -> None:
    """A person has said it of each, and nothing before."""
    TraitValue.objects.bulk_create(
        TraitValue(
            object=each, trait=trait, choices=[choice], state="V", set_at="2026-04-30T12:00Z", version=1
        )
        for each in objects
    )
