"""Signing in on a running site, for benchmarks that drive a browser; the password stands in SESTON_PASSWORD."""

import os

from playwright.sync_api import Page


def sign_in(page: Page, site: str, user: str) -> None:
    page.goto(site)
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(os.environ["SESTON_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Projects").wait_for()
