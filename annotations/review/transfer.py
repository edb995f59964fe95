"""How what was said in reviews follows objects to another project."""

from annotations.review.models import ReviewPage, SetAside
from annotations.samples.following import Following, comes_along, stays

comes_along(Following(SetAside))
stays(ReviewPage, reason="of a person in a project; an object that has gone is not on the page any more")
