from django import template

register = template.Library()

KEYS = 5  # Alt + 1 … 5


@register.filter
def with_keys(best: list[dict], current: dict | None) -> list[dict]:
    """A model's taxa, each with the digit that gives it with Alt, or None. The taxon that the object has already needs
    no key: that is validated as it is."""
    taxa = [each["taxon"]["id"] for each in best]
    others = [taxon for taxon in taxa if not current or taxon != current["id"]]
    keys = {taxon: number for number, taxon in enumerate(others[:KEYS], 1)}
    return [{**each, "key": keys.get(each["taxon"]["id"])} for each in best]
