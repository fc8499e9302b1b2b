"""Templates with switches, drawn and written, and what every launch of them holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from compiler.cases import cases
from compiler.comparison import compare
from compiler.intrinsics import ParameterError
from compiler.render import Launch, render
from compiler.subject import SubjectError
from tests.roles import NOTHING, Json, allow, deny, given, parameter, subject, template, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.case import Cases
    from compiler.comparison import Comparison

SWITCHES = ("A", "B", "C")
TEXTS = {"Vpc": "vpc-1", "Bucket": "files"}
"""Parameters that may be empty, and the one value that each admits."""


def switch(default: str = "no") -> Json:
    return parameter(AllowedValues=["no", "yes"], Default=default)


def is_on(name: str) -> Json:
    return {"Fn::Equals": [{"Ref": name}, "yes"]}


def reference(name: str) -> Json:
    return {"Condition": name}


def needs(name: str, when_on: Json) -> Json:
    told = f"{name} must be given"
    return {"RuleCondition": when_on,
            "Assertions": [{"Assert": given(name), "AssertDescription": told}]}  # fmt: skip


def either(*names: str) -> Json:
    return {"Fn::Or": [is_on(each) for each in names]}


CONDITIONS = {
    **{f"{each}On": is_on(each) for each in SWITCHES},
    "Network": given("Vpc"),
    "AOrB": {"Fn::Or": [reference("AOn"), reference("BOn")]},
    "AOrC": {"Fn::Or": [reference("AOn"), is_on("C")]},
    "AWithNetwork": {"Fn::And": [reference("AOn"), reference("Network")]},
    "BOrAWithNetwork": {"Fn::Or": [reference("BOn"), reference("AWithNetwork")]},
    "AAndB": {"Fn::And": [reference("AOn"), reference("BOn")]},
    "NotC": {"Fn::Not": [reference("COn")]},
    "COff": {"Fn::Equals": [{"Ref": "C"}, "no"]},
    "AOrBoth": {"Fn::Or": [reference("AOn"), reference("AAndB")]},
    "BucketGiven": given("Bucket"),
}
RULES = {
    "BucketWithA": needs("Bucket", is_on("A")),
    "BucketWithAOrB": needs("Bucket", either("A", "B")),
    "VpcWithC": needs("Vpc", is_on("C")),
    "NeverC": {"Assertions": [{"Assert": {"Fn::Not": [is_on("C")]}}]},
    "AOnlyWithB": {"RuleCondition": is_on("A"), "Assertions": [{"Assert": is_on("B")}]},
    "SomeOfThem": {"Assertions": [{"Assert": either("A", "B", "C")}]},
    "BucketOrVpc": {"Assertions": [{"Assert": {"Fn::Or": [given("Bucket"), given("Vpc")]}}]},
}
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket")
IN_BUCKET = {"Fn::Sub": "arn:aws:s3:::${Bucket}/*"}
SAFE = (
    "AOn",
    "BOn",
    "COn",
    "Network",
    "AOrB",
    "AOrC",
    "AWithNetwork",
    "BOrAWithNetwork",
    "AOrBoth",
)
"""Conditions by which switches only add, where no two of them are asked about at once."""


@st.composite
def statements(draw: st.DrawFn, conditions: tuple[str, ...], *, texts: bool = True) -> list[Json]:
    found: list[Json] = []
    for number in range(draw(st.integers(1, 5))):
        effect = draw(st.sampled_from((allow, allow, allow, deny)))
        resource = draw(st.sampled_from(("*", IN_BUCKET))) if texts else "*"
        one: Json = effect(f"S{number}", draw(st.sampled_from(ACTIONS)), resource)
        most = 1 if conditions == SAFE else 2
        for condition in draw(st.lists(st.sampled_from(conditions), max_size=most)):
            one = when(condition, one)
        if conditions != SAFE and draw(st.integers(0, 9)) == 0:
            one = {"Fn::If": [draw(st.sampled_from(conditions)), one, allow("Else", ACTIONS[0])]}
        found.append(one)
    return found


@st.composite
def templates(
    draw: st.DrawFn, conditions: tuple[str, ...], rules: tuple[str, ...], *, texts: bool = True
) -> Json:
    body = template(
        *draw(statements(conditions, texts=texts)),
        Parameters={
            **{each: switch(draw(st.sampled_from(("no", "no", "yes")))) for each in SWITCHES},
            **{each: parameter(f"^({value})?$", Default="") for each, value in TEXTS.items()},
        },
        Conditions=CONDITIONS,
        Rules={each: RULES[each] for each in draw(st.sets(st.sampled_from(rules), max_size=2))},
    )
    if conditions != SAFE and draw(st.booleans()):
        own = body["Resources"]["Policy1"]
        second = {**own, "Condition": draw(st.sampled_from(conditions))}
        second["Properties"] = {"PolicyDocument": {"Version": "2012-10-17",
                                "Statement": draw(statements(conditions, texts=texts))}}  # fmt: skip
        body["Resources"]["Policy2"] = second
    return body


def many(number: int, *statements: Json, **more: Any) -> Json:
    """A template of so many switches, each with a statement of its own."""
    names = [f"RunJobs{each}" for each in range(number)]
    return template(
        *(
            when(f"{name}On", allow(f"S{name}", "s3:GetObject", f"arn:aws:s3:::{name.lower()}/*"))
            for name in names
        ),
        *statements,
        Parameters={each: switch() for each in names} | more.pop("Parameters", {}),
        Conditions={f"{each}On": is_on(each) for each in names} | more.pop("Conditions", {}),
        **more,
    )


@dataclass(frozen=True)
class Held:
    """The statements of one launch, as texts."""

    allows: frozenset[str]
    denies: frozenset[str]

    def is_within(self, other: Held) -> bool:
        return self.allows <= other.allows and self.denies >= other.denies

    @property
    def allowed(self) -> set[str]:
        """The actions, where all is about any resource."""
        denied = {json.loads(each)["Action"] for each in self.denies}
        return {json.loads(each)["Action"] for each in self.allows} - denied


def held(bodies: list[Any]) -> Held:
    said = [(each["Effect"], json.dumps({**each, "Sid": ""}, sort_keys=True)) for each in bodies]
    return Held(*(frozenset(text for effect, text in said if effect == one)
                  for one in ("Allow", "Deny")))  # fmt: skip


def launches(body: Json) -> Iterator[dict[str, str]]:
    """Every launch that there is, of those that give all parameters."""
    names = [*body["Parameters"]]
    values = [each.get("AllowedValues") or ["", TEXTS[name]]
              for name, each in body["Parameters"].items()]  # fmt: skip
    for each in product(*values):
        yield dict(zip(names, each, strict=True))


def launched(body: Json, values: dict[str, str]) -> Held | None:
    """What a launch holds; None where the Rules refuse it."""
    try:
        rendered = render(body, Launch(parameters=values))
    except ParameterError:
        return None
    return held([one for each in rendered.policies for one in each.document["Statement"]])


def opened(body: Json) -> Cases | None:
    """None where no launch is admitted."""
    try:
        return cases(subject(body), {}, Launch(), NOTHING)
    except SubjectError as error:
        if "admit no combination" not in str(error):
            raise
        return None


def compared(old: Json, new: Json) -> Comparison | None:
    before, after = opened(old), opened(new)
    return compare(before, after) if before and after else None


def actions(found: Any) -> set[str]:
    return {action for each in found for action in each.actions}
