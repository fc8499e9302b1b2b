"""Who asks: the access key that the request of this moment is signed with."""

from __future__ import annotations

from contextvars import ContextVar

access_key: ContextVar[str] = ContextVar("access_key", default="")
"""Set by ``responses`` for each request; empty outside of one."""
