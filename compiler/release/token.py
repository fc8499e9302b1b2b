"""Idempotency tokens: the same request has the same token, in every run and on every machine."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from compiler.artifact import canonical


def token(operation: str, attempt: int = 0, **members: Any) -> str:
    """A token of a request: 1 to 128 of `[a-zA-Z0-9][a-zA-Z0-9_-]*`.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProduct.html

    Args:
        operation: what is asked for.
        attempt: another number makes another token, where AWS remembers what is deleted by now.
        members: all that is asked with it.
    """
    body = canonical({"operation": operation, "attempt": attempt, "members": members})
    return f"personac-{sha256(body).hexdigest()}"
