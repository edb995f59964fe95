"""The taxa of the panel: a project may have hundreds, and a page waits for all of them."""

from collections.abc import Collection
from html import escape

from django import template
from django.utils.safestring import SafeString

from annotations.gallery.taxon_counts import TaxonCount
from annotations.gallery.templatetags.breakable import breakable

register = template.Library()


@register.simple_tag
def taxon_tree(nodes: list[TaxonCount], chosen: Collection[int], url: str) -> SafeString:
    """A line a taxon; `url` goes on with its number."""
    start = escape(url)
    return SafeString("".join([_line(node, node.id in chosen, start) for node in nodes]))


def _line(node: TaxonCount, is_chosen: bool, url: str) -> str:
    name = escape(node.name)
    current = 'aria-current="true"' if is_chosen else ""
    bar = "".join(
        [
            f'<span class="{part["letter"]}" style="width: {part["percent"]:.4g}%"></span>'
            for part in node.shares
        ]
    )
    return (
        f'<li data-depth="{node.depth}" style="--depth: {node.depth}"><a class="taxon" data-taxon="{node.id}" '
        f'data-name="{name}" href="{url}{node.id}" {current} title="{name}: {node.sentence}">'
        f'<span class="name">{breakable(node.name)}</span><span class="bar" aria-hidden="true">{bar}</span>'
        f'<span class="number">{node.total:,}</span></a></li>'
    )
