"""compiler.report.text and console: what people read."""

from __future__ import annotations

import io

import pytest

from compiler.report import diagnostics_text
from compiler.report.console import show
from compiler.report.text import LONGEST_LINE, lines
from compiler.report.view import view
from tests.report.findings import ERROR, FILE, WARNING, finding


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_whole_report() -> None:
    assert (
        diagnostics_text([ERROR, WARNING, FILE])
        == """\
warning[lint]: 50 % of\\x0ait
 --> catalog/x.yaml:3:5
  |
3 |     - several lines
  |     ^^^^^^^^^^^^^^^

error[duplicate-key]: the key 'title' stands here twice
  --> catalog/personas/a b,c:d.yaml:12:1
   |
12 | title: Second
   | ^^^^^
  ::: catalog/personas/a b,c:d.yaml:2:1
   |
 2 | title: First
   | ----- first defined here
   = hint: remove one

error[missing-file]: it is not there
 --> catalog/y.yaml:1:1

2 errors, 1 warning
"""
    )


def test_nothing_found() -> None:
    assert diagnostics_text([]) == "no mistakes found\n"


def carets(line: str, start: int, end: int) -> tuple[str, str]:
    """The line as it is shown, and the line below it."""
    text = diagnostics_text([finding(line, start, end)]).splitlines()
    return text[3].removeprefix("1 | "), text[4].removeprefix("  | ")


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "marks"),
    [
        ("abc", 2, 3, "abc", " ^"),
        ("\ta: b", 2, 3, "\ta: b", "\t^"),
        ("日本: x", 1, 3, "日本: x", "^^^^"),
        ("日本: x", 5, 6, "日本: x", "      ^"),
        ("e\u0301: x", 4, 5, "e\u0301: x", "  ^"),
        ("\x1b[31mred", 1, 2, "\ufffd[31mred", "^"),
        ("abc", 4, 4, "abc", "   ^"),
        ("abc", 2, 99, "abc", " ^^"),
    ],
)
def test_the_caret_stands_under_what_is_meant(
    line: str, start: int, end: int, shown: str, marks: str
) -> None:
    assert (shown, marks) == carets(line, start, end)


@pytest.mark.parametrize("start", [1, 100, 400, 999])
def test_of_a_long_line_the_part_around_the_caret_is_shown(start: int) -> None:
    line = "".join(chr(ord("a") + number % 26) for number in range(1000))

    shown, marks = carets(line, start, start + 2)

    assert len(shown) <= LONGEST_LINE + 2
    assert line[start - 1 : start + 1] == shown[marks.index("^") :][:2]


def test_no_author_moves_the_cursor_of_a_reader() -> None:
    text = diagnostics_text([finding("x", 1, 2, "unknown key '\x1b[2J\r'")])

    assert text.startswith("error[r]: unknown key '\\x1b[2J\\x0d'\n")
    assert text.replace("\n", "").isprintable()


class TestConsole:
    def shown(self, stream: io.StringIO) -> str:
        show(lines(view([ERROR])), stream)
        return stream.getvalue()

    def test_plain_where_nobody_looks(self) -> None:
        assert self.shown(io.StringIO()) == diagnostics_text([ERROR])

    @pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_plain_where_it_is_asked_for(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv(name, value)

        assert self.shown(Terminal()) == diagnostics_text([ERROR])

    def test_coloured_on_a_terminal_with_the_same_words(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("NO_COLOR", raising=False)

        text = self.shown(Terminal())

        assert "\x1b[1;31merror[duplicate-key]\x1b[0m" in text
        import re

        assert re.sub("\x1b\\[[0-9;]*m", "", text) == diagnostics_text([ERROR])
