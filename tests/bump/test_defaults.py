"""compiler.bump.defaults: which version another default needs."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from compiler.bump import bump
from tests.bump.judged import told
from tests.laws import LAWS
from tests.roles import Json, allow, deny, given, parameter, template, when
from tests.switched import (
    CONDITIONS,
    RULES,
    SAFE,
    compared,
    is_on,
    launched,
    launches,
    many,
    needs,
    switch,
    templates,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_RUN_JOBS = "the parameter RunJobs0 has the default"


def of_default(default: str, *statements: Json, **rules: Json) -> Json:
    names = {"Names": parameter("^([a-z]{3})?$", Default="")}
    switches = {"RunJobs0": switch(default)}
    return {**many(2, *statements, Parameters=switches | names), "Rules": rules}


NEEDED = needs("Names", is_on("RunJobs0"))


def test_a_switch_is_on_that_was_off() -> None:
    off, on = of_default("no"), of_default("yes")

    assert told(off, on) == [
        f"minor: {OF_RUN_JOBS} 'yes', no longer 'no': launches that leave it out gain s3:GetObject"
    ]
    assert told(on, off) == [
        f"major: {OF_RUN_JOBS} 'no', no longer 'yes': launches that leave it out lose s3:GetObject"
    ]


def test_a_switch_is_on_that_asks_for_more() -> None:
    """A launch that newly asks for more is major, though none that exists is refused."""
    off, on = (of_default(each, Needed=NEEDED) for each in ("no", "yes"))

    (reason,) = told(off, on)
    assert reason == (
        f"major: {OF_RUN_JOBS} 'yes', no longer 'no': launches that leave it out are refused with"
        " no Names and gain s3:GetObject"
    )
    assert told(on, off) == [
        f"major: {OF_RUN_JOBS} 'no', no longer 'yes': launches that leave it out lose s3:GetObject"
    ]


def test_who_is_refused_gains_nothing() -> None:
    """What is denied with names is not compared with a launch without any."""
    taking = when("Named", deny("Taking", "s3:*"))
    alone: Json = {"RuleCondition": is_on("RunJobs0"),
                   "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Names"}, ""]}}]}  # fmt: skip

    def body(default: str) -> Json:
        made = of_default(default, taking, allow("List", "s3:ListBucket"), Alone=alone)
        return {**made, "Conditions": {**made["Conditions"], "Named": given("Names")}}

    (reason,) = told(body("no"), body("yes"))

    assert reason == (
        f"major: {OF_RUN_JOBS} 'yes', no longer 'no': launches that leave it out are refused with"
        " named and gain s3:GetObject"
    )


def test_a_switch_is_on_that_nobody_may_have_on() -> None:
    never: Json = {"Assertions": [{"Assert": {"Fn::Not": [is_on("RunJobs0")]}}]}
    off, on = (of_default(each, Never=never) for each in ("no", "yes"))

    assert told(off, on) == [
        f"major: {OF_RUN_JOBS} 'yes', no longer 'no': launches that leave it out are refused"
    ]
    assert told(on, off) == [f"patch: {OF_RUN_JOBS} 'no', no longer 'yes'"]


def test_a_switch_is_on_that_denies() -> None:
    taking = when("RunJobs0On", deny("Taking", "s3:GetObject"))
    off, on = (of_default(each, taking) for each in ("no", "yes"))

    assert told(off, on) == [
        f"major: {OF_RUN_JOBS} 'yes', no longer 'no': launches that leave it out lose s3:GetObject"
    ]
    assert told(on, off)[0].startswith("minor: ")


def test_what_a_switch_asks_for_has_no_default_any_more() -> None:
    old, new = (
        {
            **many(1, Parameters={"Names": parameter("^([a-z]{3})?$", Default=each)}),
            "Rules": {"Needed": NEEDED},
        }
        for each in ("abc", "")
    )

    (reason,) = told(old, new)
    assert reason == (
        "major: the parameter Names has the default '', no longer 'abc': launches that leave it"
        " out are refused with run-jobs0"
    )
    assert told(new, old) == ["patch: the parameter Names has the default 'abc', no longer ''"]


def test_what_no_policy_depends_on() -> None:
    read = allow("Read", "s3:GetObject")
    old, new = (
        template(
            read,
            Parameters={"Ask": switch(each), "Names": parameter("^([a-z]{3})?$", Default="")},
            Rules={"Needed": needs("Names", is_on("Ask"))},
        )
        for each in ("no", "yes")
    )

    assert [each.partition(":")[0] for each in told(old, new)] == ["major"]
    assert told(new, old) == ["patch: the parameter Ask has the default 'no', no longer 'yes'"]


def test_an_option_that_is_no_switch() -> None:
    def body(default: str) -> Json:
        return template(
            when("Small", allow("Small", "s3:GetObject")),
            when("Large", allow("Large", "s3:PutObject")),
            Parameters={"Size": parameter(AllowedValues=["s", "m", "l"], Default=default)},
            Conditions={
                "Small": {"Fn::Equals": [{"Ref": "Size"}, "s"]},
                "Large": {"Fn::Equals": [{"Ref": "Size"}, "l"]},
            },
        )

    (reason,) = told(body("s"), body("l"))
    assert reason == (
        "major: the parameter Size has the default 'l', no longer 's': launches that leave it out"
        " lose s3:GetObject and gain s3:PutObject"
    )
    assert [each.partition(":")[0] for each in told(body("m"), body("l"))] == ["minor"]


@pytest.mark.parametrize("defaults", [("a", "b"), ("b", "a")])
def test_another_text_is_a_patch(defaults: tuple[str, str]) -> None:
    old, new = (
        template(
            when("Given", allow("Read", "s3:GetObject", {"Fn::Sub": "arn:aws:s3:::${Name}"})),
            Parameters={"Name": parameter("^[ab]?$", Default=each)},
            Conditions={"Given": given("Name")},
        )
        for each in defaults
    )

    assert [each.partition(":")[0] for each in told(old, new)] == ["patch"]


def is_refused(old: Json, new: Json) -> bool:
    """Whether a launch that left out some parameters and was admitted is refused now."""
    usual = {name: each["Default"] for name, each in new["Parameters"].items()}
    for values in launches(old):
        if launched(old, values) is None:
            continue
        several = [name for name, value in values.items()
                   if value == old["Parameters"][name]["Default"]]  # fmt: skip
        if any(launched(new, values | {each: usual[each] for each in left_out}) is None
               for left_out in subsets(several)):  # fmt: skip
            return True
    return False


def subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, each) for each in range(len(names) + 1))


@LAWS
@drawn(st.data())
def test_no_refusal_is_missed(data: st.DataObject) -> None:
    """A launch that asks for more is a major version: whoever left out what has a default too."""
    conditions = data.draw(st.sampled_from((SAFE, tuple(CONDITIONS))))
    old, new = (data.draw(templates(conditions, tuple(RULES), texts=False)) for _ in range(2))
    found = compared(old, new)

    texts = [each.text for each in bump(found).reasons] if found else []

    assert any("refused" in each for each in texts) or not found or not is_refused(old, new)
