"""A running site, for benchmarks that drive a browser: which one it is, and signing in; the password stands in
SESTON_PASSWORD."""

import argparse
import os

from playwright.sync_api import Page


def site_parser(description: str | None, chromium: str) -> argparse.ArgumentParser:
    """Of what each of them is told: the site, a project of it, who works there, and by which browser."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site")
    parser.add_argument("--project", type=int, required=True)
    parser.add_argument("--user", default="root")
    parser.add_argument("--chromium", default=chromium)
    return parser


def sign_in(page: Page, site: str, user: str) -> None:
    page.goto(site)
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(os.environ["SESTON_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Projects").wait_for()
