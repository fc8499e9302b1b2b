"""What making changes needs to know, and learns: the ids of what is there by now."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.release.aws import AwsError
from compiler.release.token import token

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from compiler.release.aws import Aws
    from compiler.release.bucket import Bucket
    from compiler.release.state import State

PATIENCE = 180.0
"""Seconds that AWS may take to make something AVAILABLE."""

PAUSE = 1.0
"""Seconds between two looks at it."""

ATTEMPTS = 5
"""How many tokens are tried, where AWS answers with what was deleted since."""


@dataclass(slots=True, kw_only=True)
class Site:
    """One Region of Service Catalog that changes are made in. Several threads may use it."""

    aws: Aws
    bucket: Bucket
    catalog: str
    folder: Path
    """The output folder."""

    commit: Callable[[str], str] = lambda _: ""
    """The commit that added a file of the output; empty where that is not known."""

    live: Callable[[], None] = lambda: None
    """Is called whenever time may have passed."""

    patience: float = PATIENCE
    pause: float = PAUSE
    products: dict[str, str] = field(default_factory=dict)
    portfolios: dict[str, str] = field(default_factory=dict)
    versions: dict[tuple[str, str], str] = field(default_factory=dict)
    tag_options: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, state: State) -> None:
        """Take the ids of what a state has."""
        for slug, product in state.products.items():
            self.products[slug] = product.id
            for version in product.versions:
                self.versions.setdefault((slug, version.name), version.id)
        self.portfolios |= {slug: each.id for slug, each in state.portfolios.items()}
        self.tag_options |= {key: each.id for key, each in state.tag_options.items()}

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call Service Catalog, and say that this publish lives.

        :raises AwsError: where AWS refuses.
        """
        self.live()
        return self.aws.call("servicecatalog", operation, **members)

    def create(
        self, operation: str, look: Callable[[dict[str, Any]], None], **members: Any
    ) -> None:
        """Make something by a call that takes an idempotency token, and look at it.

        AWS answers to a token that it knows with what was made then, which may be deleted by now:
        another token is tried where what was made is missing.

        :param look: is given the answer; it raises where what was made is missing.
        :raises AwsError: where AWS refuses.
        """
        for attempt in range(ATTEMPTS):
            name = token(operation, attempt, **members)
            made = self.call(operation, IdempotencyToken=name, **members)
            try:
                look(made)
            except AwsError as error:
                if not error.is_missing:
                    raise
            else:
                return
        raise AwsError(f"AWS answers to {operation} with what does not exist")

    def wait(self, what: str, look: Callable[[], str]) -> None:
        """Look until something is AVAILABLE.

        :param look: gives the status, as AWS calls it.
        :raises AwsError: where it failed, or takes longer than :attr:`patience`.
        """
        until = time.monotonic() + self.patience
        while (status := look()) not in {"AVAILABLE", "COMPLETED"}:
            if status in {"FAILED", "ERROR", "COMPLETED_WITH_ERRORS"}:
                raise AwsError(f"{what} ended as {status}", code=status)
            if time.monotonic() > until:
                hint = "run again: what is done by then is seen"
                message = f"{what} is still {status} after {self.patience:.0f} s"
                raise AwsError(message, code="Timeout", hint=hint)
            self.live()
            time.sleep(self.pause)


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as AWS takes them, in order."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
