"""Pages of what is listed.

A token says where the next page begins, and belongs to the list that it was given for.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListPortfolios.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, TypeVar

from compiler.sandbox.service_catalog.errors import InvalidParametersException

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")

PAGE = 20
"""How many items a page has if the request does not say, or says 0."""


def page(
    items: Sequence[Item], token: str | None, size: int | None, *, of: str = ""
) -> tuple[list[Item], str | None]:
    """One page, and the token of the next if there is one.

    :param of: what is listed, such as an operation and its filters: a token of another is refused.
    :raises InvalidParametersException: if the token is none that was given for it.
    """
    start = _start(token, of) if token else 0
    if start > len(items):
        # What was there has gone; AWS ends the list.
        return [], None
    end = start + (size or PAGE)
    return list(items[start:end]), _token(end, of) if end < len(items) else None


def _token(start: int, of: str) -> str:
    text = f"{start}:{hashlib.sha256(of.encode()).hexdigest()[:16]}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _start(token: str, of: str) -> int:
    try:
        start = int(base64.urlsafe_b64decode(token).partition(b":")[0])
    except (ValueError, binascii.Error):
        start = -1
    if start < 1 or token != _token(start, of):
        raise InvalidParametersException("Invalid page token.")
    return start
