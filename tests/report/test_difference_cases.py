"""compiler.report.difference_cases: hundreds of cases in one line."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.report.difference import EVERYTHING, lines
from compiler.report.difference_cases import cases_words, where_words
from compiler.report.difference_view import difference_view
from tests.roles import Json, allow, given, parameter, when
from tests.switched import compared, many

OPTIONS = ("options off", "network", "encryption", "encryption + network")


def view(plain: tuple[str, ...], *switches: str) -> dict[str, Any]:
    """A comparison of cases, and of the same with each of some switches on."""
    cases = [(each, "") for each in plain]
    for switch in switches:
        cases += [
            (switch if each == "options off" else f"{each} + {switch}", switch) for each in plain
        ]
    return {
        "cases": [
            {"case": case, "old": case, "new": case, "switches": switch} for case, switch in cases
        ]
    }


def where(whole: dict[str, Any], *told: str, shown: int = 6) -> str:
    return where_words({"cases": list(told)}, whole, shown)


def labels(whole: dict[str, Any], *parts: str) -> list[str]:
    """The cases that have all of these options and switches."""
    return [each["case"] for each in whole["cases"] if {*parts} <= {*each["case"].split(" + ")}]


def test_options_alone_are_named_as_they_are() -> None:
    whole = view(OPTIONS)

    assert cases_words(whole) == "options off, network, encryption, encryption + network"
    assert where(whole, "network", "encryption + network") == "network, encryption + network"
    assert where(whole, *OPTIONS) == ""


def test_many_options_are_cut() -> None:
    names = tuple(f"o{number}" for number in range(10))

    assert cases_words(view(names)) == "o0, o1, o2, o3, o4, o5 and 4 more"
    assert cases_words(view(names[:7])) == "o0, o1, o2, o3, o4, o5, o6"
    assert cases_words(view(names), EVERYTHING) == ", ".join(names)
    assert where(view(names), *names[1:]) == "o1, o2, o3, o4, o5, o6 and 3 more"


def test_switches_are_counted_by_themselves() -> None:
    whole = view(OPTIONS, *(f"s{number}" for number in range(20)), "s0 + s1")

    assert cases_words(whole) == (
        "options off, network, encryption, encryption + network;"
        " with s0, s1, s2, s3, s4, s5 and 14 more"
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("s0",), "with s0"),
        (("network", "s0"), "with network + s0"),
        (("encryption", "network", "s0"), "with encryption + network + s0"),
        (("network",), "with network"),
    ],
)
def test_the_options_and_the_switch_that_matter(parts: tuple[str, ...], words: str) -> None:
    whole = view(OPTIONS, "s0", "s1", "s0 + s1")

    assert where(whole, *labels(whole, *parts)) == words


def test_what_needs_no_switch_is_there_with_any() -> None:
    assert where(view(OPTIONS, "s0"), *OPTIONS) == ""


def test_what_has_nothing_in_common_is_named() -> None:
    whole = view(OPTIONS, "s0")

    assert where(whole, "options off", "encryption + network", "network + s0") == (
        "options off, encryption + network, network + s0"
    )


def of_names(*statements: Json) -> Json:
    """Switches, and options, one of them after a parameter."""
    return many(
        20,
        *statements,
        Parameters={each: parameter("^([a-z]{3})?$", Default="") for each in ("Names", "Vpc")},
        Conditions={"NamesGiven": given("Names"), "Network": given("Vpc")},
    )


def test_a_comparison_with_many_switches_can_be_read() -> None:
    either = allow("Else", "s3:ListBucket")
    gated = {"Fn::If": ["NamesGiven", allow("Put", "s3:PutObject"), either]}
    vpc = {"Fn::If": ["Network", allow("Delete", "s3:DeleteObject"), either]}
    more = when("RunJobs3On", allow("More", "iam:CreateUser"))

    found = compared(of_names(gated, vpc), of_names(gated, vpc, more))

    assert found
    whole = difference_view(found)
    told = ["".join(text for _, text in line) for line in lines(whole)]
    assert told[3] == (
        "  cases options off, Names given, network, Names given + network; with run-jobs3"
    )
    assert "    in    with run-jobs3" in told
    assert whole["gained"][0]["cases"] == [
        "run-jobs3", "Names given + run-jobs3", "network + run-jobs3",
        "Names given + network + run-jobs3",
    ]  # fmt: skip
