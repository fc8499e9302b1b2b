"""compiler.source: strict YAML, every value with its place."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from compiler.diagnostic import settle
from compiler.place import Place, Span
from compiler.source import DEEPEST, LARGEST, Source, Value, read
from tests.small import report
from tests.strategies import PLAIN_SCALARS, SETTINGS, TEXTS, YAML_LIKE

BASE = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The loader that resolves nothing, over the parser that compiler.source uses."""


def value_of(text: str) -> Value:
    source, diagnostics = read("a.yaml", text.encode())

    assert diagnostics == ()
    assert source is not None
    return source.data


def rules_of(text: str | bytes) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    _, diagnostics = read("a.yaml", raw)
    return [each.rule for each in diagnostics]


def told(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    source, diagnostics = read("a.yaml", raw)
    return report(settle(diagnostics, {source.path: source} if source else {}))


def source_of(text: str) -> Source:
    source, _ = read("a.yaml", text.encode())

    assert source is not None
    return source


@pytest.mark.parametrize(
    "written",
    [
        "012345670123",
        "123456789012",
        "2012-10-17",
        "NO",
        "yes",
        "on",
        "Off",
        "True",
        "12:30",
        "1_000",
        "0x1F",
        "0o17",
        "1.10",
        "1e3",
        ".inf",
        "+1",
        "007",
        "NULL",
    ],
)
def test_account_ids_dates_and_words_stay_what_the_author_wrote(written: str) -> None:
    assert value_of(f"a: {written}\n") == {"a": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
    ],
)
def test_only_true_false_null_and_short_integers_are_not_strings(
    written: str, value: Value
) -> None:
    assert value_of(f"a: {written}\n") == {"a": value}


@pytest.mark.parametrize("written", ["true", "null", "12", ""])
def test_what_is_quoted_is_a_string(written: str) -> None:
    assert value_of(f"a: '{written}'\nb: \"{written}\"\n") == {"a": written, "b": written}


def test_sequences_are_tuples() -> None:
    assert value_of("a: [1, [b]]\n") == {"a": (1, ("b",))}


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain, windows = "a: 1\nb: [c]\n", "\ufeffa: 1\r\nb: [c]\r\n"

    assert value_of(windows) == value_of(plain)
    assert source_of(windows).values == source_of(plain).values


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines_end_where_yaml_says_that_they_do(end: str) -> None:
    source = source_of(f"a: x{end}bb: y{end}")

    assert source.locate(Place(path="a.yaml", route=("bb",), on="key")) == Span(2, 1, 2, 3)
    assert source.line(2) == "bb: y"


def test_a_place_climbs_to_the_nearest_value_that_exists() -> None:
    source = source_of("a:\n  b: c\n")

    assert source.locate(Place(path="a.yaml", route=("a", "b", 3, "d"))) == Span(2, 6, 2, 7)
    assert source.locate(Place(path="a.yaml", route=("z",))) == Span(1, 1, 1, 3)


def test_a_place_can_be_a_part_of_a_value() -> None:
    source = source_of('a: "x${Name}y"\nb: >-\n  one\n  two${Name}\nc: "${N\\x61me}"\n')

    def at(key: str) -> Span:
        return source.locate(Place(path="a.yaml", route=(key,), fragment="${Name}"))

    assert at("a") == Span(1, 6, 1, 13)
    assert at("b") == Span(4, 6, 4, 13)
    assert at("c") == Span(5, 4, 5, 16)  # written with an escape: the whole value


def test_carets_stand_under_wide_characters() -> None:
    assert told("a: {宽👩: 1, é: 2, é: 3}\n") == (
        "error[duplicate-key]: the key 'é' stands here twice\n"
        " --> a.yaml:1:18\n"
        "  |\n"
        "1 | a: {宽👩: 1, é: 2, é: 3}\n"
        "  |                    ^\n"
        " ::: a.yaml:1:12\n"
        "  |\n"
        "1 | a: {宽👩: 1, é: 2, é: 3}\n"
        "  |              - first defined here\n"
    )


def test_a_tag_and_an_anchor_are_shown_where_they_stand() -> None:
    source, diagnostics = read("a.yaml", b"a: &x !<tag:yaml.org,2002:str> b\nc: !t &y d\n")

    assert source is not None
    spans = [(each.rule, source.locate(each.place)) for each in diagnostics]
    assert spans == [
        ("anchor", Span(1, 4, 1, 6)),
        ("tag", Span(1, 7, 1, 31)),
        ("anchor", Span(2, 7, 2, 9)),
        ("tag", Span(2, 4, 2, 6)),
    ]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("a: &x [*x]\n", ["anchor", "alias"]),
        ("*x : 1\n", ["alias"]),
        ("a: !!python/object:os.system {}\n", ["tag"]),
        ("<<: {a: 1}\n", ["merge-key"]),
        ("'<<': 1\n", []),
        ("? [a]\n: 1\n", ["non-string-key"]),
        ("? {a: b}\n: 1\n", ["non-string-key"]),
        ("1: a\n", ["non-string-key"]),
        ("~: a\n", ["non-string-key"]),
        ("a: 1\na: 2\na: 3\n", ["duplicate-key", "duplicate-key"]),
        ("a: 1\n---\nb: 2\n---\nc: 3\n", ["second-document"]),
        ("a: 1\n...\n", []),
        ("", ["empty-file"]),
        ("# nothing\n", ["empty-file"]),
        ("---\n", ["empty-file"]),
        ("~\n", ["empty-file"]),
        ("a:\n\tb: 1\n", ["yaml-syntax"]),
        ("a: [\n", ["yaml-syntax"]),
        ("%YAML 3.0\n---\na: 1\n", ["yaml-syntax"]),
        (b"a: \xff\n", ["not-utf-8"]),
        ("a: b\n".encode("utf-16"), ["not-utf-8"]),
        (b"\xef\xbb\xbfa: \xff\n", ["not-utf-8"]),
    ],
)
def test_each_refusal_has_its_own_rule(text: str | bytes, rules: list[str]) -> None:
    assert rules_of(text) == rules


@pytest.mark.parametrize("text", ["a: é宽👩\x01\n", "# é\n\nbb: 宽\x00", "é" * 5_000 + "\n宽\x02"])
def test_a_forbidden_character_is_found_behind_wide_ones(text: str) -> None:
    source, (found,) = read("a.yaml", text.encode())

    assert source is not None
    span = source.locate(found.place)
    assert found.rule == "yaml-syntax"
    assert not source.line(span.line)[span.column - 1].isprintable()


def test_what_is_no_utf8_after_a_byte_order_mark_is_found() -> None:
    source, (found,) = read("a.yaml", b"\xef\xbb\xbfab: \xff\n")

    assert source is not None
    assert source.locate(found.place) == Span(1, 5, 1, 6)
    assert found.message == "byte 0xff is not UTF-8"


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{" * 100_000, "? " * 5_000 + "a", "- " * 5_000, "{a: " * 2_000, "&x " * 5_000],
)
def test_deep_nesting_is_refused_not_followed(text: str) -> None:
    assert "yaml-syntax" in rules_of(text)


def test_nesting_is_allowed_to_a_bound() -> None:
    assert rules_of("[" * DEEPEST + "]" * DEEPEST) == []
    assert rules_of("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2)) == ["yaml-syntax"]


def test_a_file_may_have_so_many_bytes_and_no_more() -> None:
    head = b"a: 1\n"

    assert rules_of(head + b"#" * (LARGEST - len(head))) == []
    assert rules_of(head + b"#" * (LARGEST - len(head) + 1)) == ["file-too-large"]


def test_time_grows_with_the_size_of_a_file_and_not_with_its_square() -> None:
    def seconds(items: int) -> float:
        text = "- a: [x]\n" * items
        began = time.process_time()
        read("a.yaml", text.encode())
        return time.process_time() - began

    small = max(seconds(1_000), 0.001)

    assert seconds(8_000) < small * 8 * 4


@given(TEXTS)
@example("? ? a")
@example("a: \ufeff")
@SETTINGS
def test_no_text_makes_it_raise_and_places_lie_inside_the_text(text: str) -> None:
    source, diagnostics = read("a.yaml", text.encode())

    assert source is not None
    spans = [*source.values.values(), *source.keys.values()]
    spans += [source.locate(each.place) for each in diagnostics]
    spans += [source.locate(each.place) for found in diagnostics for each in found.related]
    last = sum(1 for _ in iter_lines(source))
    for span in spans:
        assert 1 <= span.line <= span.end_line <= last
        assert 1 <= span.column <= len(source.line(span.line)) + 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        if span.end_line > span.line:
            assert span.end_column <= len(source.line(span.end_line)) + 1
        else:
            # What a caret stands under, where nothing is: one column after the end of the line.
            assert span.end_column <= len(source.line(span.line)) + 2


def iter_lines(source: Source) -> list[str]:
    text = source.text.replace("\r\n", "\n")
    for end in "\r\x85\u2028\u2029":
        text = text.replace(end, "\n")
    return text.split("\n")


@given(st.binary(max_size=60))
@SETTINGS
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    read("a.yaml", raw)


@given(YAML_LIKE)
@SETTINGS
def test_nothing_is_found_twice(text: str) -> None:
    source, diagnostics = read("a.yaml", text.encode())

    assert source is not None
    assert len(set(diagnostics)) == len(diagnostics)
    assert len(settle(diagnostics, {source.path: source})) == len(diagnostics)


@given(PLAIN_SCALARS)
@SETTINGS
def test_plain_scalars_are_what_yaml_reads_as_text_but_for_four_kinds(written: str) -> None:
    text = f"a: {written}\n"
    try:
        expected = yaml.load(text, Loader=BASE)  # noqa: S506 - it makes nothing but strings
    except yaml.YAMLError:
        assert "yaml-syntax" in rules_of(text)
        return
    if not isinstance(expected, dict) or not isinstance(expected["a"], str):
        return
    found = value_of(text)

    assert isinstance(found, dict)
    if isinstance(found["a"], str):
        assert found == expected
    else:
        kinds = {"true": True, "false": False, "null": None, "~": None}
        assert found["a"] == kinds.get(
            written, int(written) if written.lstrip("-").isdigit() else ""
        )
        assert len(written) <= len("-123456789")


@given(YAML_LIKE)
@SETTINGS
def test_what_is_accepted_is_what_yaml_reads(text: str) -> None:
    source, diagnostics = read("a.yaml", text.encode())
    if diagnostics or source is None:
        return

    assert as_text(source.data) == plain(
        yaml.load(text.removeprefix("\ufeff"), Loader=BASE)  # noqa: S506 - as above
    )


def as_text(value: Value) -> object:
    """A value with its scalars as BaseLoader has them."""
    match value:
        case dict():
            return {key: as_text(each) for key, each in value.items()}
        case tuple():
            return [as_text(each) for each in value]
        case None:
            return ""
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def plain(value: object) -> object:
    """What BaseLoader reads, the words for null as one, and integers without a sign before zero."""
    match value:
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case "null" | "~":
            return ""
        case "-0":
            return "0"
        case _:
            return value
