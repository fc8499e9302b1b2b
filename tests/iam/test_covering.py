"""compiler.iam.covering: whether one text surely matches whatever another one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam import match
from compiler.iam.covering import covers, surely_covers
from compiler.iam.predicate import Predicate, put
from compiler.iam.text import hole, parse
from tests.iam.globs import words
from tests.laws import LAWS

if TYPE_CHECKING:
    from compiler.iam.predicate import Linked
    from compiler.iam.text import Text

PARTS = ("a", "b", ":", "*", "?", "${aws:username}", "${aws:username, 'a'}", hole("H"))
texts = st.lists(st.sampled_from(PARTS), max_size=5).map("".join).map(parse)
values = st.fixed_dictionaries(
    {
        "aws:username": st.sampled_from([("a",), ("b:a",), ("*",), None]),
        "H": st.sampled_from([("a",), ("ab",), (":",), ("a", "b")]),
    }
)


@LAWS
@given(texts, texts, values)
def test_a_yes_is_a_proof(wide: Text, narrow: Text, given_values: Linked) -> None:
    if covers(wide, narrow):
        one, other = (match.known(list(put(each, given_values)), "wide") for each in (wide, narrow))
        for each in words("ab:*", 4):
            assert one(each) or not other(each)


SEGMENTS = ("a", "*", "?", "a*", "${aws:username}", hole("H"), "", "*a")
arns = st.lists(st.sampled_from(SEGMENTS), min_size=6, max_size=7).map(":".join).map(parse)


@LAWS
@given(arns, arns, values, st.data())
def test_of_arns_a_yes_is_a_proof(
    wide: Text, narrow: Text, given_values: Linked, data: st.DataObject
) -> None:
    if covers(wide, narrow, segmented=True):
        one, other = (match.known(list(put(each, given_values)), "arn") for each in (wide, narrow))
        segments = st.lists(st.sampled_from(["", "a", "aa", "b"]), min_size=6, max_size=8)
        for _ in range(20):
            said = ":".join(data.draw(segments))
            assert one(said) or not other(said)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "a*", True),
        ("*", "${aws:username}", True),
        ("a*", "a", True),
        ("a?", "ab", True),
        ("a?*", "a*?", True),
        ("a*c", "abbc", True),
        ("a*", "*", False),
        ("?", "*", False),
        ("?", "${aws:username}", False),  # it may be longer
        ("a", "b", False),
        ("${aws:username}*", "${aws:username}/x", True),
        ("${aws:username}", "${aws:userid}", False),
        ("${aws:username}", "${aws:username, 'a'}", False),  # without the key
        ("${aws:username, 'a'}", "${aws:username}", True),
        ("${aws:username, 'a'}", "${aws:userid}", False),
        (f"b/{hole('H')}*", f"b/{hole('H')}/x", True),
        (hole("H"), hole("G"), False),
        ("?", "${*}", True),
        ("${*}", "*", False),
        ("${*}", "${?}", False),
    ],
)
def test_examples(wide: str, narrow: str, expected: bool) -> None:
    assert covers(parse(wide), parse(narrow)) is expected


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("arn:aws:s3:::*", "arn:aws:s3:::a:b", True),
        ("arn:*:s3:::a", "arn:aws:s3:::a", True),
        ("arn:*:a", "arn:aws:s3:::a", False),  # no wildcard leaves a segment
        ("arn:aws:s3:*:*:a", "arn:aws:s3:?:*:a", True),
        ("arn:aws:s3:?:*:a", "arn:aws:s3:*:*:a", False),
    ],
)
def test_examples_of_arns(wide: str, narrow: str, expected: bool) -> None:
    assert covers(parse(wide), parse(narrow), segmented=True) is expected


def test_texts_of_two_kinds_do_not_cover_each_other() -> None:
    star, letter = parse("arn:aws:s3:::*"), parse("arn:aws:s3:::a")
    text, arn = (Predicate(kind, frozenset({star, letter})) for kind in ("text", "arn"))

    assert surely_covers(text, letter, text, star)
    assert surely_covers(arn, letter, arn, star)
    assert not surely_covers(text, letter, arn, star)
    assert not surely_covers(arn, star, arn, letter)
