"""moto's backend: the module has moto's name for it, since a backend finds its urls beside it."""

from __future__ import annotations

from typing import Any

from moto.s3.models import S3Backend


class SandboxS3Backend(S3Backend):
    """S3 of one account in one partition."""

    @property
    def _url_module(self) -> Any:
        # moto's S3 names its own.
        from compiler.sandbox.s3 import urls

        return urls
