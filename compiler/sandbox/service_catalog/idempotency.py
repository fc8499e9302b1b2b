"""Tokens by which a client may repeat a request without repeating what it does.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolio.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.sandbox.service_catalog.errors import InvalidParametersException

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Answered = dict[str, tuple[str, dict[str, Any]]]
"""For each operation and token: what was asked, and what was answered."""


def once(
    answered: Answered,
    operation: str,
    token: str | None,
    asked: Mapping[str, Any],
    call: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """The answer to a request, made once for a token; a call that is refused leaves nothing.

    AWS documents that the same answer is given to each repetition, and does not say for how long:
    here it is given for ever, even if what was made is gone by then.

    :raises InvalidParametersException: if the token was used to ask for something else.
    """
    if token is None:
        return call()
    key, request = f"{operation} {token}", json.dumps(asked, sort_keys=True)
    before = answered.get(key)
    if before is None:
        answered[key] = before = (request, call())
    elif before[0] != request:
        raise InvalidParametersException(
            "The idempotency token was used before with different parameters."
        )
    return before[1]
