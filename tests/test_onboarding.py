"""compiler.onboarding: what a launch is asked for that no catalog defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from compiler import pattern
from compiler.expression import parse
from compiler.gate import OPEN
from compiler.launch_parameter import setting_in_pattern
from compiler.load import load
from compiler.onboarding import (
    ACCESS,
    DOMAIN,
    NAMES,
    PROFILE,
    SECURITY_GROUPS,
    SUBNETS,
    Choice,
    held,
)
from compiler.resolve import resolve
from compiler.rules.parameters import WILD
from tests.small import SMALL, overlay, told

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements

CATALOG = load("catalog", overlay({})).catalog
ALL = [
    (f"{kind}.{name}", each)
    for kind, several in (("profile", PROFILE), ("domain", DOMAIN), ("access", ACCESS))
    for name, each in several.items()
]

ONBOARDING = f"{SMALL['personas/analyst.yaml']}onboarding: user-profile\n"


def resolved(**changes: str) -> Entitlements:
    files = {path.replace("__", "/") + ".yaml": text for path, text in changes.items()}
    found = load("catalog", overlay(files))
    assert not found.diagnostics
    return resolve(found.catalog, "analyst")


@pytest.mark.parametrize(("name", "each"), ALL, ids=[name for name, _ in ALL])
def test_a_value_is_bounded_and_holds_no_wildcard(name: str, each: object) -> None:
    if isinstance(each, Choice):
        return
    text = setting_in_pattern(CATALOG, getattr(each, "pattern", ""))
    node = pattern.parse(text)

    assert pattern.size(node) <= 4096, name
    assert not pattern.alphabet(node) & {*WILD, " "}
    assert not pattern.matches(node, "")


@pytest.mark.parametrize(("name", "each"), ALL, ids=[name for name, _ in ALL])
def test_an_example_in_a_description_is_of_the_form(name: str, each: object) -> None:
    if isinstance(each, Choice):
        return
    found = re.search(r"Example: (\S+)$", getattr(each, "description", ""))
    assert found, name
    # The catalog of this repository has the paths of the examples.
    text = getattr(each, "pattern", "").replace(
        "${catalog.execution_role_path}", "/personac/execution/"
    )

    assert all(pattern.matches(pattern.parse(text), one) for one in found.group(1).split(","))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_no_parameter_of_a_catalog_has_such_a_name(name: str) -> None:
    parameters = f"""{SMALL["parameters.yaml"]}\
{name}:
  label: Other
  group: Other
  description: Another thing.
  pattern: "[a-z]{{1,8}}"
"""

    assert f"the template has another thing by the name {name}" in told(
        {"parameters.yaml": parameters}
    )


class TestProfile:
    def test_is_asked_for_where_a_persona_onboards(self) -> None:
        asked = resolved(personas__analyst=ONBOARDING).parameters

        assert asked.keys() - resolved().parameters.keys() == PROFILE.keys()
        assert {each.group for name, each in asked.items() if name in PROFILE} == {
            "Studio user profile"
        }
        # Nothing has to be given.
        assert all(asked[name].default is not None for name in PROFILE)


class TestHeld:
    def test_values_and_the_switches_that_they_are_held_with(self) -> None:
        subnets = held(resolved().statements, SUBNETS)

        assert subnets
        assert subnets.values == (parse("${Subnets}"),)
        assert subnets.when == (("Network",),)

    def test_a_required_control_always_holds(self) -> None:
        persona = ONBOARDING.replace("optional", "required")
        groups = held(resolved(personas__analyst=persona).statements, SECURITY_GROUPS)

        assert groups
        assert groups.when == OPEN

    def test_absence_alone_is_no_value(self) -> None:
        statements = [each for each in resolved().statements if each.sid.endswith("Absent")]

        assert statements
        assert held(statements, SUBNETS) is None

    def test_what_no_control_names_is_free(self) -> None:
        assert held(resolved().statements, "sagemaker:InstanceTypes") is None


class TestAccess:
    def test_a_long_id_is_cut_for_the_permission_set(self) -> None:
        name = "a-persona-with-an-id-longer-than-32-characters"
        persona = SMALL["personas/analyst.yaml"].replace("trust: sagemaker\n", "kind: access\n")
        persona = persona.replace("controls: {network: optional}\n", "")
        catalog = load("catalog", overlay({f"personas/{name}.yaml": persona})).catalog

        asked = resolve(catalog, name).parameters["PermissionSetName"]

        assert asked.default == "a-persona-with-an-id-longer-than"
        assert pattern.matches(asked.node, asked.default)
