"""What an archive is asked to hold: of which objects, by which events, with which labels."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from annotations.publishing.people import NamedPerson, people_in
from annotations.results.counting import HIGHEST_LAYER
from annotations.results.query import (
    ACQUISITION,
    GROUPINGS,
    LABELLED,
    LAYER,
    SAMPLE,
    ResultsQuery,
)
from annotations.samples.models import State
from annotations.search.filter import Filter

EVENT_LEVELS = {level: GROUPINGS[level] for level in (SAMPLE, ACQUISITION, LAYER)}
VALIDATED_ONLY, WITH_PREDICTED = "validated", "predicted"
LABEL_CHOICES = {
    VALIDATED_ONLY: "what people validated",
    WITH_PREDICTED: "also what was predicted, marked as such",
}
ABSENT_CHOICES = {"no": "only what is there", "yes": "also what is absent"}
MEMBERS, EVERYBODY = "members", "everybody"
AUDIENCE_CHOICES = {
    MEMBERS: "members, who pass it on",
    EVERYBODY: "everybody: without the names of who identified, on the project’s public page",
}
HUMAN, MACHINE = "ValidatedByHuman", "PredictedByMachine"  # as OBIS writes them
STATES_OF = {HUMAN: (State.VALIDATED,), MACHINE: (State.PREDICTED, State.MACHINE_VALIDATED)}
DEFAULT_LAYER = 50  # metres


@dataclass(frozen=True)
class ArchiveRequest:
    """The objects of a filter, and the options of the format."""

    criteria: Filter
    by: str = SAMPLE
    layer_m: int = DEFAULT_LAYER
    with_predicted: bool = False
    with_absent: bool = False
    institution: str = ""
    creators: tuple[NamedPerson, ...] = ()
    site: str = ""  # its address, for links to pictures that everybody may see
    contact_email: str = ""  # that may be published: as it was typed for this
    is_for_everybody: bool = False  # no person is named but those whom somebody typed for this

    @classmethod
    def read(cls, criteria: Filter, options: Mapping[str, str]) -> "ArchiveRequest":
        """Raises ValidationError for a layer that is no height, and addresses that are none."""
        return cls(
            criteria=criteria,
            by=options.get("events") or SAMPLE,
            layer_m=_layer(options.get("layer_m", "")),
            with_predicted=options.get("labels") == WITH_PREDICTED,
            with_absent=options.get("absent") == "yes",
            institution=options.get("institution", "").strip(),
            creators=people_in(options.get("creators", "")),
            site=_site(options.get("site", "")),
            contact_email=_address(options.get("contact_email", "")),
            is_for_everybody=options.get("audience") == EVERYBODY,
        )

    @classmethod
    def read_or_default(cls, criteria: Filter, options: Mapping[str, str]) -> "ArchiveRequest":
        """As it is by default, where the options can't be read: beside the form that says what is wrong."""
        try:
            return cls.read(criteria, options)
        except ValidationError:
            return cls(criteria)

    @property
    def within(self) -> Filter:
        """Without what is asked of labels: all that was looked at."""
        return replace(self.criteria, taxon=(), state=())

    @property
    def is_of_whole_samples(self) -> bool:
        return not self.criteria.conditions

    @property
    def statuses(self) -> list[str]:
        """Those that the archive has, of labels in states that the filter lets through."""
        statuses = [HUMAN, MACHINE] if self.with_predicted else [HUMAN]
        return [status for status in statuses if self.states_of(status)]

    def states_of(self, status: str) -> tuple[State, ...]:
        allowed = self.criteria.state
        return tuple(state for state in STATES_OF[status] if not allowed or state in allowed)

    @property
    def published(self) -> tuple[State, ...]:
        return tuple(state for status in self.statuses for state in self.states_of(status))

    def results(self, states: tuple[State, ...], zeros: bool = False) -> ResultsQuery:
        """The table of results that has the counts of these states."""
        return ResultsQuery(
            by=self.by,
            states=states,
            rank="",
            layer_m=self.layer_m,
            zeros=zeros,
            criteria=replace(self.criteria, state=()),
            counts=LABELLED,
        )


def _layer(text: str) -> int:
    if not text.strip():
        return DEFAULT_LAYER
    if not text.strip().isdecimal() or not 1 <= int(text) <= HIGHEST_LAYER:
        raise ValidationError(f"`layer_m` takes whole metres from 1 to {HIGHEST_LAYER:,}.")
    return int(text)


def _site(text: str) -> str:
    site = text.strip().rstrip("/")
    if site:
        URLValidator(
            schemes=["http", "https"], message="`site` takes an address as https://plankton.example.org."
        )(site)
    return site


def _address(text: str) -> str:
    if text.strip():
        validate_email(text.strip())
    return text.strip()
