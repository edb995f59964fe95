from annotations.accounts.actions import save_preferences
from annotations.accounts.models import User


def test_what_two_requests_keep_at_the_same_time_is_kept(bob):
    one, other = (User.objects.get(pk=bob.pk) for _ in range(2))
    save_preferences(user=one, preferences={"quick": {"v": {"id": 1, "name": "Velella"}}})
    save_preferences(user=other, preferences={"layout": {"ground": "dark"}})
    bob.refresh_from_db()
    assert bob.preferences == {
        "quick": {"v": {"id": 1, "name": "Velella"}},
        "layout": {"ground": "dark"},
    }
    assert other.preferences == bob.preferences, "the answer says what is kept"
