"""compiler.iam.text: texts of policies, taken apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam.text import (
    ANY,
    ONE,
    Hole,
    Literal,
    Text,
    TextError,
    Variable,
    hole,
    holes,
    parse,
    plain,
    written,
)
from tests.laws import LAWS

PARTS = st.sampled_from(
    [
        *("a", ":", "/", "$", "{", "}", "'", ",", "*", "?", "**", "*?", "é", "\n"),
        *(
            "${*}",
            "${?}",
            "${$}",
            "${aws:username}",
            "${aws:PrincipalTag/a b, 'none'}",
            hole("Key"),
        ),
    ]
)
TEXTS = st.lists(PARTS, max_size=8).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("abc", (Literal("abc"),)),
        ("a*b?c", (Literal("a"), ANY, Literal("b"), ONE, Literal("c"))),
        ("${*}${?}${$}", (Literal("*?$"),)),
        ("a${$}{aws:x}", (Literal("a${aws:x}"),)),
        ("$ { }", (Literal("$ { }"),)),
        ("${aws:username}", (Variable("aws:username"),)),
        ("x/${aws:PrincipalTag/Team}/*", (Literal("x/"), Variable("aws:principaltag/team"), Literal("/"), ANY)),
        ("${aws:PrincipalTag/a b}", (Variable("aws:principaltag/a b"),)),
        ("${aws:x, 'none'}", (Variable("aws:x", "none"),)),
        ("${aws:x,'*'}", (Variable("aws:x", "*"),)),
        ("${aws:x , ''}", (Variable("aws:x", ""),)),
        ("${saml:aud}${aws:x}", (Variable("saml:aud"), Variable("aws:x"))),
        (f"a{hole('Key')}b", (Literal("a"), Hole("Key"), Literal("b"))),
    ],
)  # fmt: skip
def test_a_text_is_characters_wildcards_variables_and_holes(text: str, expected: Text) -> None:
    assert expected == parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**", (ANY,)),
        ("a***b", (Literal("a"), ANY, Literal("b"))),
        ("*?", (ONE, ANY)),
        ("*?*?*", (ONE, ONE, ANY)),
        ("?*?", (ONE, ONE, ANY)),
    ],
)
def test_wildcards_that_mean_the_same_are_the_same(text: str, expected: Text) -> None:
    assert expected == parse(text)


def test_without_wildcards_they_are_characters() -> None:
    """Wildcards are for StringLike; StringEquals compares `*` with itself."""
    assert parse("a*${?}?", wildcards=False) == (Literal("a*??"),)
    assert parse("*${aws:x}", wildcards=False) == (Literal("*"), Variable("aws:x"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${aws:username}", (Literal("${aws:username}"),)),
        ("${$}", (Literal("${$}"),)),
        ("${*}", (Literal("${"), ANY, Literal("}"))),
        ("${aws:x, 'a?'}", (Literal("${aws:x, 'a"), ONE, Literal("'}"))),
        (
            f"${{aws:x/{hole('Key')}}}",
            (Literal("${aws:x/"), Hole("Key"), Literal("}")),
        ),
        ("${", (Literal("${"),)),
    ],
)
def test_in_2008_a_variable_is_characters_like_others(text: str, expected: Text) -> None:
    """Variables such as ${aws:username} "are instead treated as literal strings in the policy"."""
    assert expected == parse(text, variables=False)


def test_in_2008_without_wildcards_nothing_is_special() -> None:
    assert parse("${*}?", variables=False, wildcards=False) == (Literal("${*}?"),)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("a/${aws:username", "a/${aws:username"),
        ("${}", "${}"),
        ("${username}", "${username}"),
        ("${aws:}", "${aws:}"),
        ("${aws:x, none}", "${aws:x, none}"),
        ("${aws:x, 'it's'}", "${aws:x, 'it's'}"),
        ("${aws:x/${aws:y}}", "${aws:x/"),
        ("${aws:x}${", "${"),
        ("${*", "${"),
        ("${**}", "${"),
        (f"${{aws:x/{hole('Key')}}}", "${aws:x/"),
        (f"${{aws:x, '{hole('Key')}'}}", "${aws:x, '"),
    ],
)
def test_a_variable_that_cannot_be_read_is_an_error(text: str, unread: str) -> None:
    with pytest.raises(TextError) as caught:
        parse(text)

    assert f"the variable in '{unread}' cannot be read" == str(caught.value)


@LAWS
@given(TEXTS, st.booleans(), st.booleans())
def test_no_two_tokens_of_a_text_could_be_one(text: str, variables: bool, wildcards: bool) -> None:
    """A text that cannot be read is an error, and only variables can fail to be read."""
    try:
        parsed = parse(text, variables=variables, wildcards=wildcards)
    except TextError:
        assert variables
        return

    for one, other in pairwise(parsed):
        assert not (isinstance(one, Literal) and isinstance(other, Literal))
        assert not (one == ANY and other in (ANY, ONE))
    assert Literal("") not in parsed
    assert variables or not any(isinstance(each, Variable) for each in parsed)
    assert wildcards or ANY not in parsed


@LAWS
@given(st.text(st.sampled_from("ab:/*?"), max_size=8))
def test_where_nothing_is_escaped_what_is_written_means_the_same(text: str) -> None:
    assert parse(text) == parse(written(parse(text)))


def test_a_text_as_a_policy_has_it() -> None:
    text = f"a/${{aws:x}}/${{aws:y, 'z'}}/{hole('Key')}/*?"

    assert written(parse(text)) == "a/${aws:x}/${aws:y, 'z'}/${Key}/?*"


def test_the_characters_of_a_text_that_has_nothing_else() -> None:
    assert plain(parse("")) == ""
    assert plain(parse("a${*}")) == "a*"
    assert plain(parse("a*")) is None
    assert plain(parse("${aws:x}")) is None
    assert plain(parse(hole("Key"))) is None


def test_the_holes_of_a_text() -> None:
    assert holes(parse(f"{hole('Key')}/*/{hole('Other')}")) == ("Key", "Other")
    assert holes(parse("${aws:x}")) == ()
