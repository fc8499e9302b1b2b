"""compiler.raising: another version in the text of a persona, and nothing else."""

from __future__ import annotations

import pytest

from compiler.artifact import Artifact
from compiler.raising import RaisingError, raised
from compiler.source import Source, read


def source(raw: bytes) -> Source:
    found, problems = read("catalog/personas/analyst.yaml", raw)
    assert found
    assert not problems
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1.0.0\n", "version: 1.10.0\n"),
        ("# 1.0.0\nversion: 1.0.0 # 1.0.0\n", "# 1.0.0\nversion: 1.10.0 # 1.0.0\n"),
        ("version: '1.0.0'", "version: '1.10.0'"),
        ('{title: 1.0.0, "version": "1.0.0"}', '{title: 1.0.0, "version": "1.10.0"}'),
        ("title: é\u2028title2: é\r\nversion: 1.0.0\r\n", None),
        ("title: é 1.0.0\r\nversion: 1.0.0\r\n", "title: é 1.0.0\r\nversion: 1.10.0\r\n"),
        ("version: >-\n  1.0.0\nrest: 1.0.0\n", "version: >-\n  1.10.0\nrest: 1.0.0\n"),
        ("version:\n  1.0.0\n", "version:\n  1.10.0\n"),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
def test_all_else_is_kept(before: str, after: str | None, mark: bytes) -> None:
    if after is None:
        after = before.replace("version: 1.0.0", "version: 1.10.0")
    raw = mark + before.encode()

    made = raised(source(raw), raw, "analyst", "1.10.0")

    assert made == Artifact(path="personas/analyst.yaml", content=mark + after.encode())


@pytest.mark.parametrize("text", ['version: "1.0.\\x30"\nrest: 1.0.0\n', "title: 1.0.0\n", "- 1\n"])
def test_what_is_not_written_as_it_is_meant(text: str) -> None:
    raw = text.encode()

    with pytest.raises(RaisingError) as caught:
        raised(source(raw), raw, "analyst", "1.1.0")

    assert str(caught.value) == (
        "the version of 'analyst' is not written in one piece: raise it to 1.1.0 by hand"
    )


def test_a_file_that_was_changed_in_between() -> None:
    with pytest.raises(RaisingError):
        raised(source(b"version: 1.0.0\n"), b"version: 1.0.0 \n", "analyst", "1.1.0")
