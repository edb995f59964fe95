"""The tow on whose objects hangs one of everything, as for moves."""

from tests.moving import conftest as moving

full = moving.full
