from django import template

register = template.Library()


@register.filter
def place(row: dict) -> str:
    """Where an object was taken: 43.6800° N, 79.9662° W."""
    latitude, longitude = row["latitude"], row["longitude"]
    if latitude is None or longitude is None:
        return ""
    north, east = "NS"[latitude < 0], "EW"[longitude < 0]
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}"


@register.filter
def depth(row: dict) -> str:
    """How deep: 14.6–19.6 m, or one figure where both ends are the same."""
    top, bottom = row["depth_min"], row["depth_max"]
    if top is None or bottom is None:
        return ""
    return f"{top:.4g} m" if top == bottom else f"{top:.4g}–{bottom:.4g} m"
