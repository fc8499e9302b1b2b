"""compiler.pairing and compiler.pair: the difference of two templates with switches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.laws import LAWS
from tests.roles import allow, parameter, template
from tests.switched import (
    CONDITIONS,
    RULES,
    SAFE,
    SWITCHES,
    actions,
    compared,
    launched,
    launches,
    switch,
    templates,
)

if TYPE_CHECKING:
    from tests.roles import Json


def without(body: Json, names: frozenset[str]) -> Json:
    """A template of a version that had fewer switches: never on."""
    text = json.dumps(body)
    for each in names:
        text = text.replace(json.dumps({"Ref": each}), '"no"')
    made: Json = json.loads(text)
    made["Parameters"] = {name: each for name, each in made["Parameters"].items()
                          if name not in names}  # fmt: skip
    return made


def differences(old: Json, new: Json) -> tuple[set[str], set[str], set[str], bool]:
    """Gained, lost by anybody, lost by who updates, and whether who updates may be refused."""
    gained: set[str] = set()
    lost: set[str] = set()
    lost_by_update: set[str] = set()
    refused = False
    for values in launches(old):
        before = launched(old, values)
        if before is None:
            continue
        usual = {name: each["Default"] for name, each in new["Parameters"].items()}
        for other in launches(new):
            if any(other.get(name, value) != value for name, value in values.items()):
                continue
            after = launched(new, other)
            is_update = all(value == usual[name] for name, value in other.items()
                            if name not in values)  # fmt: skip
            if after is None:
                refused |= is_update
                continue
            gained |= after.allowed - before.allowed
            lost |= before.allowed - after.allowed
            lost_by_update |= (before.allowed - after.allowed) if is_update else set()
    return gained, lost, lost_by_update, refused


@LAWS
@given(st.data())
def test_a_difference_of_any_launch_is_found_and_no_other(data: st.DataObject) -> None:
    """The exact difference in permissions, both ways."""
    rules = ("BucketWithA", "BucketWithAOrB", "VpcWithC")
    fewer = st.frozensets(st.sampled_from(SWITCHES))
    old, new = (
        without(data.draw(templates(SAFE, rules, texts=False)), data.draw(fewer)) for _ in range(2)
    )

    found = compared(old, new)
    gained, lost, lost_by_update, refused = differences(old, new)

    assert found
    assert not found.unknown
    assert actions(found.gained) == gained
    assert actions(found.lost) >= lost_by_update
    assert actions(found.lost) <= lost
    # Rules about no policy are looked at one by one: they may be told in vain, never the reverse.
    assert refused <= bool(found.refused)
    assert refused or found.old.idle_rules or found.new.idle_rules or not found.refused
    updates = {each.label for each in found.pairs if each.is_update}
    told = actions(each for each in found.lost if updates & {*each.cases})
    assert told >= lost_by_update
    if not lost_by_update:
        assert not told


@LAWS
@given(st.data())
def test_a_difference_where_switches_are_tangled(data: st.DataObject) -> None:
    old, new = (
        data.draw(templates(tuple(CONDITIONS), tuple(RULES), texts=False)) for _ in range(2)
    )

    found = compared(old, new)
    gained, _, lost, refused = differences(old, new)

    if found:
        assert actions(found.gained) >= gained
        assert actions(found.lost) >= lost
        assert bool(found.refused) >= refused


def test_a_rule_about_no_policy_that_asks_for_less_refuses_nobody() -> None:
    """It is looked at beside the old side's Rules about the same parameters, and what they tie."""
    old, new = (
        template(
            allow("Get", "s3:GetObject"),
            Parameters={
                "A": switch(),
                "B": switch(),
                "Bucket": parameter("^([a-z]{3})?$", Default=""),
            },
            Rules={"Needed": RULES[each]},
        )
        for each in ("BucketWithAOrB", "BucketWithA")
    )

    less, more = compared(old, new), compared(new, old)

    assert less
    assert more
    assert (less.refused, more.refused) == ((), ("what the rule Needed forbids",))
