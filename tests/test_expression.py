"""compiler.expression: `${…}` in the texts of a catalog."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.expression import (
    Expression,
    ExpressionError,
    Parameter,
    Pseudo,
    Text,
    Variable,
    names,
    parse,
)
from tests.strategies import EXPRESSIONS, SETTINGS


def written(expression: Expression) -> str:
    return "".join(
        each.text if isinstance(each, Text) else f"${{{each.name}}}" for each in expression
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ()),
        ("plain * ?", (Text("plain * ?"),)),
        ("${Buckets}/*", (Parameter("Buckets"), Text("/*"))),
        ("a${AWS::Region}", (Text("a"), Pseudo("AWS::Region"))),
        ("${aws:username}", (Variable("aws:username"),)),
        ("${aws:PrincipalTag/team}", (Variable("aws:PrincipalTag/team"),)),
        ("${s3:prefix, 'none'}", (Variable("s3:prefix, 'none'"),)),
        ("${*}${?}${$}", (Variable("*"), Variable("?"), Variable("$"))),
        ("$", (Text("$"),)),
        ("{}", (Text("{}"),)),
    ],
)
def test_tokens(text: str, tokens: Expression) -> None:
    assert parse(text) == tokens


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("a ${Buckets", "${Buckets"),
        ("${}", "${}"),
        ("${a b}", "${a b}"),
        ("${AWS::StackName}", "${AWS::StackName}"),
        ("${AWS::Region", "${AWS::Region"),
        ("${!aws:username}", "${!aws:username}"),
        ("${Role.Arn}", "${Role.Arn}"),
        ("${1st}", "${1st}"),
        ("${${Name}}", "${${Name}"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_part(text: str, fragment: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)

    assert refused.value.fragment == fragment
    assert fragment in text


@given(st.one_of(EXPRESSIONS, st.text(max_size=30)))
@SETTINGS
def test_parse_gives_all_of_the_text_or_its_own_error(text: str) -> None:
    refused: ExpressionError | None = None
    tokens: Expression = ()
    try:
        tokens = parse(text)
    except ExpressionError as error:
        refused = error

    if refused:
        assert refused.fragment in text
        assert "${" in text
    else:
        assert written(tokens) == text
        assert names(tokens) == tuple(each.name for each in tokens if isinstance(each, Parameter))


@given(EXPRESSIONS)
@SETTINGS
def test_texts_never_stand_side_by_side(text: str) -> None:
    try:
        tokens = parse(text)
    except ExpressionError:
        return

    for first, second in pairwise(tokens):
        assert not (isinstance(first, Text) and isinstance(second, Text))
