"""The AWS managed policies that moto ships, one at a time.

moto keeps 1,582 of them as one text of 4.7 MB. Importing and reading it all takes a second; finding
one policy in the text takes 20 ms.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from compiler.managed import ManagedPolicy, is_at, plain_name

_NAME = re.compile(r'^ "([^"]+)":\{$', re.MULTILINE)
_DAY = 10
"""Characters of a day in a time, as 2026-03-26T03:42:09+00:00."""


def names() -> tuple[str, ...]:
    """The names of all policies; none where moto is not installed."""
    return tuple(_NAME.findall(_text()))


def find(name: str) -> ManagedPolicy | None:
    """A policy, with or without its path; None where moto has none, or is not installed."""
    head = f'\n "{plain_name(name)}":{{\n'
    text = _text()
    at = text.find(head)
    if at < 0:
        return None
    # moto writes the text as JSON inside a Python string, and escapes nothing twice.
    body: dict[str, Any] = json.JSONDecoder().raw_decode(text, at + len(head) - 2)[0]
    policy = ManagedPolicy(
        name=plain_name(name),
        arn=f"arn:aws:iam::aws:policy{body['Path']}{plain_name(name)}",
        version=body["DefaultVersionId"],
        source=f"moto {version('moto')}",
        date=body["UpdateDate"][:_DAY],
        document=body["Document"],
    )
    return policy if is_at(policy, name) else None


@cache
def _text() -> str:
    """The text of the module, which is not imported: that would read all of it."""
    package = find_spec("moto")
    if package is None or not package.submodule_search_locations:
        return ""
    file = Path(package.submodule_search_locations[0], "iam", "aws_managed_policies.py")
    return file.read_text(encoding="utf-8") if file.is_file() else ""
