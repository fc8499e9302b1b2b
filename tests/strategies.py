"""What laws are tested with: texts like YAML, scalars, patterns, expressions, and how long to look."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

SETTINGS = settings(
    # The same examples on every machine and every day, however slow it is.
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

CHARACTERS = st.characters(codec="utf-8")

YAML_PARTS = st.sampled_from(
    [
        *("a", "b: ", "- ", "? ", ": ", "\n", "  ", "\t", "\r\n", "\r", "---\n", "...\n", "#x\n"),
        *(
            "[",
            "]",
            "{",
            "}",
            ", ",
            '"',
            "'",
            "\\",
            "|\n",
            ">-\n",
            "&x ",
            "*x",
            "!t ",
            "!!str ",
            "<<: ",
        ),
        *("true", "null", "~", "12", "012", "2012-10-17", "NO", "%YAML 1.1\n", "!<v> ", "@", "`"),
        *("\ufeff", "\x00", "\x07", "\x85", "\u2028", "é", "宽", "👩‍🚀", "\ud7ff", "\uffff"),
    ]
)

YAML_LIKE = st.lists(YAML_PARTS, max_size=40).map("".join)
"""Texts that look like YAML, most of them broken."""

TEXTS = st.one_of(YAML_LIKE, st.text(CHARACTERS, max_size=60))

PLAIN_SCALARS = st.one_of(
    st.text(string.ascii_letters + string.digits + "+-._:/", min_size=1, max_size=14),
    st.from_regex(r"[0-9]{1,14}", fullmatch=True),
    st.from_regex(r"[-+]?0?[0-9_]{1,6}([.:][0-9]{1,3}){0,2}(e[0-9])?", fullmatch=True),
    st.sampled_from(
        [
            "yes",
            "No",
            "on",
            "OFF",
            "y",
            "True",
            "FALSE",
            "NULL",
            "Null",
            ".inf",
            "0x1F",
            "0o7",
            "1e3",
        ]
    ),
    st.dates().map(str),
)

ESCAPED = st.sampled_from([f"\\{each}" for each in ".^$*+?{}[]()|\\-/"] + ["\\d", "\\w"])
LITERALS = st.sampled_from(list("abzAZ09-_/:.,@ é")).map(
    lambda each: "\\." if each == "." else each
)
CLASSES = st.lists(
    st.sampled_from(["a-z", "A-Z", "0-9", "\\d", "\\w", "_", "x", "\\-", "\\]", "é"]),
    min_size=1,
    max_size=3,
).map(lambda members: f"[{''.join(members)}]")
COUNTS = st.one_of(
    st.just(""),
    st.just("?"),
    st.integers(0, 3).map(lambda count: f"{{{count}}}"),
    st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda n: f"{{{n[0]},{n[0] + n[1]}}}"),
)


def _counted(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(part, COUNTS).map("".join)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    branch = st.lists(inner, max_size=3).map("".join)
    choice = st.lists(branch, min_size=1, max_size=3).map("|".join)
    opening = st.sampled_from(["(", "(?:"])
    return _counted(st.tuples(opening, choice).map(lambda parts: f"{parts[0]}{parts[1]})"))


PATTERNS = st.recursive(_counted(st.one_of(LITERALS, ESCAPED, CLASSES)), _larger, max_leaves=6)
"""Patterns in the language of compiler/pattern.py."""

EXPRESSION_PARTS = st.sampled_from(
    [
        *("$", "{", "}", "${", "${Name}", "${AWS::Region}", "${AWS::StackId}", "${aws:username}"),
        *("${*}", "${?}", "${$}", "${}", "${a b}", "arn:", "*", "${s3:prefix, 'x'}", "é", "\n"),
    ]
)
EXPRESSIONS = st.lists(EXPRESSION_PARTS, max_size=8).map("".join)
