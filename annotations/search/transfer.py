from annotations.samples.following import is_left_behind, stays
from annotations.search.models import RankedObject, SavedView

is_left_behind(RankedObject, reason="an order of the objects of one project: worked out anew")
stays(SavedView, reason="a question, not an answer")
