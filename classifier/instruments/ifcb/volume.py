"""How much water a bin looked at, as WHOI's pyifcb (`ml_analyzed.py`) and ifcb-analysis work it out.

The syringe pushes 0.25 ml a minute, or on the first instruments 40 steps a second of 5 ml / 48,000; while a picture
is being taken nothing else is seen. So it is the time of looking times the flow.
"""

from collections.abc import Mapping, Sequence

from classifier.instruments.ifcb.adc import AdcLine
from classifier.instruments.ifcb.hdr import number_of

NEW_FLOW = 0.25 / 60  # ml a second
OLD_FLOW = 40 * 5 / 48_000
LEAST_PROCESSING = 0.073  # seconds that a picture takes, of the first instruments
MOST_APART = 0.3  # seconds between a line's two clocks
DAY = 24 * 60 * 60.0


def volume_ml(settings: Mapping[str, str], lines: Sequence[AdcLine], is_new: bool) -> float | None:
    """None where neither header nor lines say it."""
    volume = (_new(settings, lines) if is_new else _old(lines)) or 0
    return volume if volume > 0 else None


def _new(settings: Mapping[str, str], lines: Sequence[AdcLine]) -> float | None:
    run, inhibited = number_of(settings, "run_time"), number_of(settings, "inhibit_time")
    if run is not None and inhibited is not None and run > inhibited:
        return (run - inhibited) * NEW_FLOW
    return _by_lines(lines[-2:])


def _by_lines(last: Sequence[AdcLine]) -> float | None:
    """The last line's times; software that stumbles writes zeros or old ones there, and then those before it hold."""
    for line in reversed(last):
        run, inhibited = line.values.get("run_time", 0), line.values.get("inhibit_time", 0)
        is_stale = line is last[-1] and abs(run - line.values["adc_time"]) >= MOST_APART
        if run > inhibited and not is_stale:
            return (run - inhibited) * NEW_FLOW
    return None


def _old(lines: Sequence[AdcLine]) -> float | None:
    first: dict[float, AdcLine] = {}  # lines of each trigger
    for line in lines:
        first.setdefault(line.values["trigger"], line)
    triggers = list(first.values())
    if not triggers:
        return None
    grabbed = [_past_midnight(line.values["frame_grab_time"]) for line in triggers]
    opened = [_past_midnight(line.values["trigger_open_time"]) for line in triggers]
    processing = (later - earlier for later, earlier in zip(opened[1:], grabbed[:-1], strict=True))
    looked = grabbed[-1] - sum(max(seconds, LEAST_PROCESSING) for seconds in processing) - LEAST_PROCESSING
    return looked * OLD_FLOW


def _past_midnight(seconds: float) -> float:
    """A bin that spans midnight has negative times behind it."""
    return seconds + DAY if seconds < 0 else seconds
