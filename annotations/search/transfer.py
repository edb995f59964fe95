from annotations.samples.following import is_left_behind, stays
from annotations.search.models import RankedObject, SavedView

is_left_behind(
    RankedObject, reason="an order of one project: by disagreement of models it is worked out anew"
)
stays(SavedView, reason="a question, not an answer")
