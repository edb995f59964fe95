"""How what was said in reviews follows objects to another project."""

from annotations.review.models import ReviewPage, SetAside, TaxonAnswers
from annotations.samples.following import Following, comes_along, stays

comes_along(Following(SetAside))
stays(ReviewPage, reason="of a person in a project; an object that has gone is not on the page any more")
stays(TaxonAnswers, reason="of a page: evidence for what is expected of others of that project")
