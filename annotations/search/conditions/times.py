"""When an object was taken: dates, months, times of the day (all UTC), and where the sun stood."""

from calendar import month_abbr, month_name
from datetime import time, timedelta

from annotations.samples.models import DayPhase
from annotations.search.fields import DAY, MONTHS, SUN, TIME_TAKEN, FormField, Input, Ticks
from annotations.search.registry import Condition, Sql, register, simple
from annotations.search.values import day, hour, month, sun, times
from annotations.search.wording import joined


def _between_times(value: tuple[time, time], project_id: int) -> Sql:
    """Of the day, UTC; from 22:00 to 04:00 goes over midnight."""
    start, end = value
    join = "AND" if start <= end else "OR"
    clock = "(o.taken_at AT TIME ZONE 'UTC')::time"
    return f"o.has_time AND ({clock} >= %s {join} {clock} <= %s)", [start, end]


def _hours(start: time, end: time) -> list[int]:
    """The hours of the day that lie in a span, begun ones included."""
    last = end.hour if start <= end else end.hour + 24
    return [hour % 24 for hour in range(start.hour, last + 1)]


register(
    Condition(
        name="date_from",
        is_of_sampling=True,
        help="taken on this day or later",
        example="2026-04-01",
        read=day,
        sql=simple("o.taken_at >= %s"),
        sentence=lambda value: f"taken from {value}",
        samples=lambda value: ("e.taken_last >= %s", [value]),
        field=FormField(TIME_TAKEN, "from", DAY),
    ),
    Condition(
        name="date_to",
        is_of_sampling=True,
        help="taken on this day or before",
        example="2026-04-30",
        read=day,
        sql=lambda value, project_id: ("o.taken_at < %s", [value + timedelta(1)]),
        sentence=lambda value: f"taken to {value}",
        samples=lambda value: ("e.taken_first < %s", [value + timedelta(1)]),
        field=FormField(TIME_TAKEN, "to", DAY),
    ),
    Condition(
        name="time",
        is_of_sampling=True,
        help="taken between two times of the day, UTC; they may go over midnight",
        example="22:00-04:00",
        read=times,
        sql=_between_times,
        sentence=lambda value: f"between {value[0]:%H:%M} and {value[1]:%H:%M} UTC",
        samples=lambda value: ("e.hours && %s::smallint[]", [_hours(*value)]),
        field=FormField(
            TIME_TAKEN,
            "between, UTC",
            Input(
                placeholder="22:00-04:00",
                pattern=r"\d\d:\d\d-\d\d:\d\d",
                title="two times as 22:00-04:00; they may go over midnight",
            ),
        ),
    ),
    Condition(
        name="hour",
        is_of_sampling=True,
        help="taken in these hours of the day, UTC, from 0 to 23",
        example="21",
        read=hour,
        sql=simple("(o.has_time AND extract(hour FROM o.taken_at AT TIME ZONE 'UTC')::int = ANY(%s))"),
        sentence=lambda values: ", ".join(f"{value:02d}–{(value + 1) % 24:02d} h UTC" for value in values),
        is_repeatable=True,
        samples=lambda values: ("e.hours && %s::smallint[]", [values]),
    ),
    Condition(
        name="sun",
        is_of_sampling=True,
        help="taken by day, night, dawn or dusk (nautical twilight)",
        example="night",
        read=sun,
        sql=simple("o.sun = ANY(%s)"),
        sentence=lambda values: joined(DayPhase(value).label.lower() for value in values),
        is_repeatable=True,
        samples=lambda values: ("e.suns && %s::varchar[]", [values]),
        field=FormField(
            SUN, "", Ticks(choices=lambda *of: [(name, name) for name in DayPhase.names_in_words()])
        ),
    ),
    Condition(
        name="month",
        is_of_sampling=True,
        help="taken in these months, from 1 to 12",
        example="4",
        read=month,
        sql=simple("extract(month FROM o.taken_at AT TIME ZONE 'UTC')::int = ANY(%s)"),
        sentence=lambda values: ", ".join(month_name[value] for value in values),
        is_repeatable=True,
        samples=lambda values: ("e.months && %s::smallint[]", [values]),
        field=FormField(MONTHS, "", Ticks(choices=lambda *of: [(n, month_abbr[n]) for n in range(1, 13)])),
    ),
)
