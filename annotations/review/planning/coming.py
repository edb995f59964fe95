"""What would be offered next: to fetch its pictures while a person looks at the page before it."""

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.review.models import MOST_PAGE
from annotations.review.planning.planner import Planner
from annotations.review.planning.pool import Pool
from annotations.review.queries import not_offered
from annotations.search.filter import Filter


def coming_objects(*, project: Project, user: User, order: str, criteria: Filter) -> list[int]:
    """Those that the next page begins with, if nobody says anything meanwhile, in its order.

    It writes nothing and keeps nothing for anybody: the page is chosen anew when it is opened, from what people and
    models have said by then, so that this may turn out to be wrong.
    """
    offer = Planner(Pool(project, criteria, not_offered(project, user)), MOST_PAGE).next(order)
    return offer.ids if offer else []
