"""Sorting by what several models say."""

from annotations.learning.disagreement import NAME
from annotations.search.order import register_order
from annotations.search.rankings import ranked_order

register_order(
    ranked_order(
        NAME,
        title="models disagree most",
        help="how far the models that looked at it disagree, most first",
        remedy="Models cannot disagree here yet: let a second one predict in this project.",
    )
)
