"""Raise the version that the file of a persona states: in place, all else of the text kept."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from compiler.artifact import Artifact

if TYPE_CHECKING:
    from compiler.source import Source


class RaisingError(ValueError):
    """The version is not written in one piece; the message is for the user."""


def raised(source: Source, raw: bytes, persona: str, version: str) -> Artifact:
    """The file of a persona with another version.

    Args:
        source: the file as it was parsed.
        raw: its bytes.
        persona: its id.
        version: the new version.

    Raises:
        RaisingError: where the old version does not stand in the text as it is meant.
    """
    data = source.data
    old = data.get("version") if isinstance(data, dict) else None
    span = source.values.get(("version",))
    text = raw.decode("utf-8-sig")
    # Only `source` knows where YAML ends a line.
    start = source.offset(span.line, span.column) if span else -1
    found = text.find(str(old), start) if span and source.text == text else -1
    if span is None or not 0 <= found < source.offset(span.end_line, span.end_column):
        message = f"the version of '{persona}' is not written in one piece: raise it to {version}"
        raise RaisingError(f"{message} by hand")
    changed = f"{text[:found]}{version}{text[found + len(str(old)) :]}".encode()
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    return Artifact(path=f"personas/{persona}.yaml", content=mark + changed)
