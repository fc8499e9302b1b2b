"""Exit codes, and the one way to leave early."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code of a command says."""

    FINE = 0
    """Done; warnings included."""

    FINDINGS = 1
    """Something was found, or the answer is no."""

    USAGE = 2
    """The command line, or something that it names, cannot be used."""

    NOTHING = 3
    """There is nothing to compile."""

    STALE = 4
    """Committed output is not what the catalog compiles to."""

    REFUSED = 5
    """AWS refused, or could not be reached."""

    CHANGES = 10
    """A plan found changes, where it was asked to say so."""

    INTERRUPTED = 130
    """Stopped by the user."""

    UNREAD = 141
    """The reader went away, as `head` does, before everything was said."""


class Stop(Exception):  # noqa: N818 - it is not an error, but an end
    """End the command with a message for the user."""

    def __init__(self, code: Exit, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
