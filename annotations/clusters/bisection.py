"""The border of a cluster among candidates that are sorted by nearness, in few pages: the number of the page doubles
while all of a page belongs, and then the interval between the last that did and the first that did not is bisected.

As in MorphoCluster (Schröder et al. 2020, doi 10.3390/s20113060), whose bisection goes to the first quarter, since most
candidates lie beyond the border. What lies before a page that belongs is taken to belong without a look.
"""

from dataclasses import asdict, dataclass, replace

PAGE = 50  # candidates
FEW = 0.2  # of a page: with so few taken out it belongs, but for these
QUARTER = 4


@dataclass(frozen=True)
class BorderSearch:
    """`good` pages from the first on belong; page `bad` does not, `total` where none is known. `at` is to be looked at,
    None when the border is found. Of the `gone` pages behind it nothing is left. `is_single`: page by page, beyond the
    border, as long as something belongs."""

    total: int
    good: int = 0
    bad: int = -1
    at: int | None = 0
    is_mixed: bool = False  # page `bad` has members, which were accepted one by one
    is_single: bool = False
    gone: int = 0

    @classmethod
    def begin(cls, total: int) -> "BorderSearch":
        return cls(total, bad=total, at=0 if total else None)

    def as_json(self) -> dict:
        return asdict(self)

    def all_belong(self) -> "BorderSearch":
        """The page that is looked at belongs, and with it all before it and what is gone behind it."""
        assert self.at is not None
        if self.is_single:
            return self._one_on(self.at + 1)
        return replace(self, good=self.at + 1 + self.gone)._go_on()

    def none_belong(self) -> "BorderSearch":
        """Nothing of it does."""
        assert self.at is not None
        if self.is_single:
            return replace(self, at=None)
        return replace(self, bad=self.at, is_mixed=False)._go_on()

    def some_belong(self, share_out: float) -> "BorderSearch":
        """All but those that were taken out, a share of 0 to 1."""
        assert self.at is not None
        if self.is_single or share_out <= FEW:
            return self.all_belong()
        return replace(self, bad=self.at, is_mixed=True)._go_on()

    def without_page(self) -> "BorderSearch":
        """Nothing is left of the page: the one before it is looked at, where that is not known to belong."""
        assert self.at is not None
        if self.is_single:
            return self._one_on(self.at + 1)
        if self.at > self.good:
            return replace(self, at=self.at - 1, gone=self.gone + 1)
        return self.all_belong()  # nothing is left from page `good` on: it hides no border

    def _go_on(self) -> "BorderSearch":
        if self.good >= self.bad:
            return self._one_on(self.bad + 1) if self.is_mixed else replace(self, at=None, gone=0)
        if self.bad == self.total:  # nothing is known to lie beyond: 1, 2, 4, 8 … pages belong
            return replace(self, at=min(2 * self.good, self.total - 1), gone=0)
        return replace(self, at=self.good + (self.bad - self.good) // QUARTER, gone=0)

    def _one_on(self, page: int) -> "BorderSearch":
        return replace(self, is_single=True, at=page if page < self.total else None, gone=0)
