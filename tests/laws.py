"""Whole small catalogs for Hypothesis, and what any of them must hold to.

A catalog is made of parts that show where compilers go wrong: lists of one value and of many, texts
that repeat and lists that stand alone, controls in each state, statements that exist only sometimes,
values that JSON has to escape. What is drawn is text, as an author writes it (JSON is YAML).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from compiler import expression, pattern
from compiler.emit import emit
from compiler.load import load
from compiler.onboarding import NAMES
from compiler.pack import pack
from compiler.render import Launch, render
from compiler.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.catalog import Catalog
    from compiler.entitlement import Entitlement, Entitlements, LaunchParameter
    from compiler.expression import Expression
    from compiler.gate import Gate
    from compiler.render import Rendered

# `LAW_EXAMPLES=1000 pytest tests/test_pack.py` looks harder.
LAWS = settings(
    max_examples=int(os.environ.get("LAW_EXAMPLES", "20")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

LONGEST = Launch(partition="aws-us-gov", region="us-isof-south-1", account="123456789012")
"""Where all names are longest."""

PLACES = (
    LONGEST,
    Launch(),
    Launch(partition="aws-cn", region="cn-north-1", account="000000000001"),
    Launch(partition="aws-iso-b", region="us-isob-east-1"),
)

_PATTERNS = (
    "[a-z]{1,6}",
    "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "ab|cdef",
    "(?:x|yz){2,3}",
    '[a"]{1,4}',
    'abcd|"""',
    "\\\\{1,3}",
    "arn:aws(?:-cn|-us-gov)?:kms:[a-z]{2,4}-[0-9]:[0-9]{12}:key/[0-9a-f-]{36}",
)

_OWNED = {"Subnets": "network", "Groups": "network", "Key": "encryption"}
"""The parameters that belong to controls."""

_TEXTS = (
    "*",
    "arn:${AWS::Partition}:s3:::fixed",
    "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/*",
    "arn:${AWS::Partition}:s3:::${Buckets}",
    "arn:${AWS::Partition}:s3:::${Buckets}/home/${aws:username}/${*}${?}${$}",
    "${Buckets}",
    "${Roles}",
    "${Single}",
    "arn:aws:iam::${Single}:role/${Single}",
    "arn:aws:s3:::${Single}/${Roles} and spaces",
    "${aws:PrincipalTag/team, 'none'}",
)

_CONTROLLED = ("${Subnets}", "arn:aws:ec2:${AWS::Region}::subnet/${Subnets}", "${Groups}")

_OPERATORS = (
    "StringEquals",
    "ForAnyValue:StringLike",
    "ArnLikeIfExists",
    "ForAllValues:StringEquals",
)

_ACTIONS = tuple(f"sagemaker:{verb}{noun}" for verb in ("Create", "Describe", "Stop") for noun in ("TrainingJob", "ProcessingJob", "TransformJob", "AutoMLJob", "HyperParameterTuningJob"))  # fmt: skip


@st.composite
def catalogs(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a catalog with one persona, `analyst`."""
    parameters = {
        name: _parameter(draw, name in ("Buckets", "Roles", "Subnets", "Groups"))
        for name in ("Buckets", "Roles", "Single", *_OWNED)
    }
    activities = {
        f"activity-{number}": {
            "title": "Activity",
            "description": "An activity.",
            "statements": [
                _statement(draw, f"Sid{index}")
                for index in range(draw(st.integers(1, 4), label="statements"))
            ],
            "managed_policies": draw(st.sampled_from([[], [], [], ["One"], ["path/Three"]])),
        }
        for number in range(draw(st.integers(1, 4), label="activities"))
    }
    states = {name: draw(st.sampled_from(["always", "always", "off", "on"])) for name in activities}
    persona = {
        "title": "Analyst",
        "description": "Analyses.",
        "version": "1.0.0",
        "trust": "sagemaker",
        "controls": {
            control: draw(st.sampled_from(["required", "optional", "off"]), label=control)
            for control in ("network", "encryption")
        },
        "activities": [name for name, state in states.items() if state == "always"],
        "optional": {name: state for name, state in states.items() if state != "always"},
        "max_items": draw(st.sampled_from([{}, {"Buckets": 1}])),
        "managed_policies": draw(st.sampled_from([[], ["One"], ["One", "path/Two"]])),
        "broad": draw(st.booleans()),
        "policies": draw(st.sampled_from(["managed", "managed", "inline", "both"])),
    }
    files: dict[str, Any] = {
        "catalog.yaml": {
            "name": "drawn",
            "title": "Drawn",
            "provider": "Hypothesis",
            "role_path": "/people/",
            "execution_role_path": "/execution/",
            "regions": ["eu-west-1"],
        },
        "parameters.yaml": parameters,
        "controls/network.yaml": _control(
            {
                "sagemaker:VpcSubnets": {
                    "values": ["${Subnets}"],
                    "when_present": ["sagemaker:CreateEndpointConfig"],
                },
                "sagemaker:VpcSecurityGroupIds": {"values": ["${Groups}"]},
            }
        ),
        "controls/encryption.yaml": _control(
            {
                "sagemaker:VolumeKmsKeyArn": {
                    "values": ["${Key}"],
                    "when_present": ["sagemaker:CreateEndpointConfig"],
                }
            }
        ),
        "trusts/sagemaker.yaml": {
            "title": "SageMaker",
            "description": "SageMaker.",
            "statements": [
                {
                    "sid": "SageMaker",
                    "principals": {"Service": "sagemaker.amazonaws.com"},
                    "actions": ["sts:AssumeRole"],
                    "conditions": {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}},
                }
            ],
        },
        **{f"activities/{name}.yaml": each for name, each in activities.items()},
        "personas/analyst.yaml": persona,
    }
    return {path: json.dumps(each).encode() for path, each in files.items()}


def _parameter(draw: st.DrawFn, several: bool) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "label": "Label",
        "group": "Group",
        "description": "A parameter.",
        "pattern": draw(st.sampled_from(_PATTERNS)),
    }
    return (
        {**parameter, "max_items": draw(st.sampled_from([1, 2, 3, 12]))} if several else parameter
    )


def _control(keys: dict[str, Any]) -> dict[str, Any]:
    return {"title": "Control", "description": "A control.", "costs": "x", "condition_keys": keys}


def _statement(draw: st.DrawFn, sid: str) -> dict[str, Any]:
    when = draw(st.sampled_from([None, None, "network", "encryption"]))
    texts = {"network": (*_TEXTS, *_CONTROLLED), "encryption": (*_TEXTS, "${Key}")}.get(
        when or "", _TEXTS
    )
    values = st.lists(st.sampled_from(texts), min_size=1, max_size=3, unique=True)
    statement: dict[str, Any] = {
        "sid": sid,
        "effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        "actions": draw(st.lists(st.sampled_from([*_ACTIONS, "iam:PassRole"]), min_size=1)),
        "resources": draw(values),
    }
    if draw(st.booleans()):
        operators = draw(st.lists(st.sampled_from(_OPERATORS), min_size=1, max_size=2, unique=True))
        statement["conditions"] = {each: {"aws:username": draw(values)} for each in operators}
    return {**statement, "when": when} if when else statement


def loaded(files: Mapping[str, bytes]) -> Catalog:
    """The catalog of files in which nothing is wrong."""
    found = load("catalog", files)
    assert not found.diagnostics
    return found.catalog


@st.composite
def entitled(draw: st.DrawFn) -> Entitlements:
    """The persona of a catalog, resolved."""
    return resolve(loaded(draw(catalogs())), "analyst")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A persona and what a launch of it gives."""

    entitlements: Entitlements
    launch: Launch


@st.composite
def launches(draw: st.DrawFn) -> Chosen:
    """A persona with values that its parameters admit, each optional control on or off."""
    return draw(launches_of(draw(entitled())))


@st.composite
def launches_of(draw: st.DrawFn, entitlements: Entitlements) -> Chosen:
    """Values that the parameters of a persona admit, and its Rules."""
    off = {
        name
        for switch in entitlements.switches.values()
        if draw(st.booleans(), label=f"{switch.control} is off")
        for name in switch.parameters
    }
    given = {
        name: _left(each) if name in off or name in NAMES else draw(_values(each), label=name)
        for name, each in entitlements.parameters.items()
    }
    on = switched_on(entitlements, given)
    for name, gate in entitlements.needed.items():
        if not is_open(gate, on) and draw(st.booleans(), label=f"{name} is empty"):
            given[name] = ""
    place = draw(st.sampled_from(PLACES))
    return Chosen(entitlements, at(place, given))


def switched_on(entitlements: Entitlements, given: Mapping[str, str]) -> frozenset[str]:
    """The Conditions that hold, by name, read off the values of a launch."""
    controls = {
        each.condition
        for each in entitlements.switches.values()
        if any(given[name] for name in each.parameters)
    }
    options = {
        each.condition for each in entitlements.options.values() if given[each.parameter] == "yes"
    }
    there = {f"{name}Given" for name in entitlements.needed if given[name]}
    return frozenset(controls | options | there)


def is_open(gate: Gate, on: frozenset[str]) -> bool:
    """Whether one switch of each group is on."""
    return all(on & set(group) for group in gate)


def at(place: Launch, parameters: Mapping[str, str]) -> Launch:
    """A launch in the place of another one."""
    return Launch(
        parameters=parameters,
        partition=place.partition,
        region=place.region,
        account=place.account,
    )


def _left(parameter: LaunchParameter) -> str:
    """What a launch leaves a parameter at; what no policy names is tied together by Rules."""
    return parameter.default or ""


def _values(parameter: LaunchParameter) -> st.SearchStrategy[str]:
    one = admitted(parameter.node)
    if not parameter.is_list:
        return one
    return st.lists(one, min_size=1, max_size=parameter.max_items).map(",".join)


def admitted(node: pattern.Node) -> st.SearchStrategy[str]:
    """Texts that a pattern admits."""
    match node:
        case pattern.Characters(allowed):
            return st.sampled_from(sorted(allowed))
        case pattern.Sequence(parts):
            return st.tuples(*map(admitted, parts)).map("".join)
        case pattern.Choice(options):
            return st.one_of(*map(admitted, options))
        case pattern.Repeat(part, least, most):
            return st.lists(admitted(part), min_size=least, max_size=most).map("".join)


def fullest(entitlements: Entitlements) -> Launch:
    """Every list full, every value its longest, in the place where names are longest."""
    return at(
        LONGEST,
        {
            name: _left(each)
            if name in NAMES
            else ",".join([pattern.longest(each.node)] * (each.max_items or 1))
            for name, each in entitlements.parameters.items()
        },
    )


def deployed(chosen: Chosen) -> Rendered:
    """What a launch makes, by way of the template's bytes."""
    body = json.loads(json.dumps(emit(pack(chosen.entitlements)).body, sort_keys=True))
    return render(body, chosen.launch)


def written(rendered: Rendered) -> list[Any]:
    """All statements of the policies that a launch makes, in order."""
    return [
        normal(statement) for each in rendered.policies for statement in each.document["Statement"]
    ]


def normal(statement: Any) -> Any:
    """A statement in which one value and a list of one value are the same, as they are to IAM."""
    conditions = {
        operator: {key: _listed(value) for key, value in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }
    return {**statement, "Condition": conditions}


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def substituted(chosen: Chosen) -> list[Any]:
    """The entitlements with the values put into them, in the plainest way there is."""
    on = switched_on(chosen.entitlements, chosen.launch.parameters)
    return [
        _substituted(each, chosen)
        for each in chosen.entitlements.statements
        if is_open(each.gate, on)
    ]


def _substituted(entitlement: Entitlement, chosen: Chosen) -> Any:
    resources = "NotResource" if entitlement.except_resources else "Resource"
    return {
        "Sid": entitlement.sid,
        "Effect": entitlement.effect,
        "Action": list(entitlement.actions),
        resources: list(_texts(entitlement.resources, chosen, entitlement.left_out)),
        "Condition": {
            operator: {key: list(_texts(values, chosen)) for key, values in keys}
            for operator, keys in entitlement.conditions
        },
    }


def _texts(
    values: Iterable[Expression], chosen: Chosen, left_out: Iterable[str] = ()
) -> Iterator[str]:
    launch = chosen.launch
    pseudo = {
        "AWS::Partition": launch.partition,
        "AWS::Region": launch.region,
        "AWS::AccountId": launch.account,
    }
    for value in values:
        lists = [
            name for name in expression.names(value) if chosen.entitlements.parameters[name].is_list
        ]
        repeated = launch.parameters[lists[0]].split(",") if lists else [""]
        for item in repeated:
            if not item and {*lists} & {*left_out}:
                continue
            text = ""
            for token in value:
                match token:
                    case expression.Text(literal):
                        text += literal
                    case expression.Parameter(name):
                        text += item if name in lists else launch.parameters[name]
                    case expression.Pseudo(name):
                        text += pseudo[name]
                    case expression.Variable(name):
                        text += "${" + name + "}"
            yield text
