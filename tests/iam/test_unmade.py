"""compiler.iam.unmade: actions that AWS has not made yet."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.iam import reference
from compiler.iam.automaton import TooHardError
from compiler.iam.unmade import unmade
from tests.laws import LAWS


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["*"], ["unmade:Unmade"]),
        (["s3:GetObject"], ["unmade:Unmade"]),
        (["s3:*"], ["unmade:Unmade", "s3:Unmade"]),
        (["S3:Get*"], ["unmade:Unmade", "s3:Unmade", "s3:GetUnmade"]),
        (["s3:Get*", "s3:GetObject*"],
         ["unmade:Unmade", "s3:Unmade", "s3:GetUnmade", "s3:GetObjectUnmade"]),
        (["s3:Get*", "sqs:*"], ["unmade:Unmade", "s3:Unmade", "s3:GetUnmade", "sqs:Unmade"]),
        # The readable names are taken: by another pattern, or by an action that exists.
        (["s3:Unmade*"], ["unmade:Unmade", "s3:Zzz", "s3:Unmade"]),
        (["nowhere:*"], ["unmade:Unmade", "nowhere:Unmade"]),
    ],
)  # fmt: skip
def test_there_is_one_for_each_thing_that_patterns_say(
    patterns: list[str], expected: list[str]
) -> None:
    assert sorted(unmade((each,) for each in patterns)) == sorted(expected)


def test_what_two_patterns_share_has_a_name() -> None:
    names = [each.lower() for each in unmade([("s3:Get*",), ("s3:*Zzq*",)])]

    assert [each for each in names if each.startswith("s3:get") and "zzq" in each]


def test_none_exists() -> None:
    """The shortest word of `s3:GetObject*` is an action."""
    names = [*unmade([("s3:GetObject*",), *((f"s3:GetObject{each}*",) for each in "UZQA0")])]

    assert not [each for each in names if each.startswith("s3:") and reference.expand(each)]
    assert [
        each
        for each in map(str.lower, names)
        if each.startswith("s3:getobject") and each[12] not in "uzqa0"
    ]


@LAWS
@given(st.lists(st.text("ab*?", min_size=1, max_size=4).filter(set("*?").intersection), max_size=4))
def test_each_set_of_patterns_that_can_name_one_does(several: list[str]) -> None:
    """The reference: "Actions that AWS has not made yet", "or `*` equals the enumerated list"."""
    patterns = [f"s3:{each}" for each in several]

    def naming(name: str) -> frozenset[str]:
        return frozenset(each for each in patterns if fnmatchcase(name.lower(), each))

    found = {naming(each) for each in unmade((each,) for each in patterns)}

    for length in (1, 2, 3, 4):
        for letters in product("abc", repeat=length):
            assert naming(f"s3:{''.join(letters)}") in found


def test_too_many_are_too_hard() -> None:
    with pytest.raises(TooHardError, match="patterns tell more than 500 names apart"):
        list(unmade((f"s3:*{each}*",) for each in "abcdefghijklmn"))
