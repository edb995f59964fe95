"""The menus of the page of size spectra."""

from collections.abc import Sequence

from annotations.common.figures import in_figures
from annotations.common.forms import NamedChoiceField
from annotations.results.counting import TaxonChoices, counting_menu
from annotations.results.spectra.links import diameter_of
from annotations.results.spectra.query import BASES, SpectraForm, SpectrumQuery
from annotations.results.spectra.spectrum import Spectrum


class SpectraMenus(SpectraForm):
    """What the page has spectra of, to choose others: sizes are those of their classes."""

    def __init__(self, query: SpectrumQuery, choices: TaxonChoices, spectra: Sequence[Spectrum]):
        super().__init__(
            initial={
                "by": query.by,
                "measure": query.measure,
                "base": _written(query.base),
                "from_mm3": query.smallest and _written(query.smallest),
                "to_mm3": query.largest and _written(query.largest),
                **counting_menu(query),
            }
        )
        self.offer(choices)
        self._choose("base", [query.base], {_written(base): name for base, name in BASES.items()})
        lows = [each.low for spectrum in spectra for each in spectrum.classes]
        highs = [each.high for spectrum in spectra for each in spectrum.classes]
        self._choose("from_mm3", [query.smallest, *lows], {"": "after the highest class"})
        self._choose("to_mm3", [query.largest, *highs], {"": "to the first empty class"})

    def _choose(self, name: str, values: Sequence[float | None], first: dict[str, str]) -> None:
        """A menu of `first` and the values, in the place of a field for a number."""
        choices = dict(first)
        for value in sorted(filter(None, values)):
            choices.setdefault(_written(value), _described(value, name))
        self.fields[name] = NamedChoiceField(required=False, choices=list(choices.items()))


def _written(value: float) -> str:
    return f"{value:.6g}"


def _described(value: float, name: str) -> str:
    if name == "base":
        return f"× {value:.4g}"
    return f"{in_figures(value)} mm³ (ESD {in_figures(diameter_of(value))} mm)"
