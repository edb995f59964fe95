"""Letters to people. They are written by a worker: the answer of a page tells nothing by the time it takes."""

import logging

import kombu.exceptions
import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.utils.crypto import salted_hmac

from annotations.accounts.models import User
from annotations.accounts.passwords import reset_path

log = logging.getLogger(__name__)
SECONDS_BETWEEN_RESETS = 600  # to one address, so that nobody's letter box is filled


def queue_email(task: str, *args: object) -> bool:
    """Has a worker write a letter. False where the broker is away, and nothing will be sent."""
    try:
        current_app.signature(f"worker.{task}", args=args).apply_async(queue="cpu")
    except (kombu.exceptions.OperationalError, redis.RedisError) as error:
        log.warning("a letter (%s) could not be queued: %s", task, error)
        return False
    return True


def send_reset_email(address: str, site: str) -> int:
    """Writes to whoever has this address, with a link for each account. `site` is the site's own, https://… .

    Gives the number of letters. A worker's task: nobody is told whether there was anybody.
    """
    recently = "reset-email-" + salted_hmac("seston.reset-email", address.casefold()).hexdigest()
    accounts = User.objects.filter(email__iexact=address, is_active=True)
    people = [user for user in accounts if user.has_usable_password()]
    if not people or not cache.add(recently, 1, SECONDS_BETWEEN_RESETS):
        return 0
    return sum(_send_reset(user, site) for user in people)


def _send_reset(user: User, site: str) -> int:
    text = (
        f"Somebody asked for a new password for {user.username} at {site}.\n\n"
        f"Set it here, within a day:\n{site}{reset_path(user)}\n\n"
        "If it wasn't you, do nothing: your password stays as it is.\n"
    )
    return send_mail("A new password for Seston", text, settings.DEFAULT_FROM_EMAIL, [user.email])


def send_invitation_email(address: str, project: str, inviter: str, url: str, expires: str) -> int:
    text = (
        f"{inviter} invites you to the project “{project}” on Seston.\n\n"
        f"Open this link to sign in or to make an account:\n{url}\n\nIt is valid until {expires} UTC.\n"
    )
    return send_mail(f"Invitation to {project}", text, settings.DEFAULT_FROM_EMAIL, [address])
