"""compiler.bump.verdict: the level of a change, and when there is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.bump import Bump, bump_without_policies
from compiler.managed import kept
from tests.bump.judged import OPTION, READ, WRITE, of
from tests.catalog.launches import PERSONAS, REPOSITORY, catalog, compiled, with_persona
from tests.catalog.launches import template as of_persona
from tests.laws import LAWS
from tests.roles import Json, allow, parameter, template


def test_an_equal_permission_written_otherwise_is_only_rewritten() -> None:
    found = of(template(READ, WRITE), template(WRITE, READ))

    assert (found.level, found.rewritten) == ("patch", True)
    assert [each.text for each in found.reasons] == ["Resources are written anew"]


def test_another_name_of_the_condition_is_no_change() -> None:
    text = json.dumps(OPTION).replace('"Vpc"', '"Net"')

    assert of(OPTION, json.loads(text)).rewritten


def test_the_version_alone_is_no_change() -> None:
    one, other = (
        {
            **template(READ, Tags=[{"Key": "personac:version", "Value": version}]),
            "Metadata": {"personac": {"persona": "a", "version": version}},
        }
        for version in ("1.0.0", "1.0.1")
    )

    assert of(one, other) == Bump(level="none", reasons=())


def test_templates_without_policies() -> None:
    domain = {"Type": "AWS::SageMaker::Domain", "Properties": {"AuthMode": "IAM"}}
    old = {"Resources": {"Domain": domain}}
    new = {"Resources": {"Domain": {**domain, "Properties": {"AuthMode": "SSO"}}}}

    assert bump_without_policies(old, old) == Bump(level="none", reasons=())
    assert bump_without_policies(old, new).level == "major"


def attached(name: str) -> Any:
    return kept(REPOSITORY / "catalog", name)


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_persona_is_what_it_is(persona: str) -> None:
    body = of_persona(persona)

    assert of(body, body, attached) == Bump(level="none", reasons=())


@LAWS
@given(st.data())
def test_an_activity_less_is_major_and_one_more_is_not_patch(data: st.DataObject) -> None:
    """Permissions lost → major; gained → minor; else patch."""
    persona = data.draw(st.sampled_from(("data-scientist", "ml-ops")))
    activities = catalog().personas[persona].activities
    left_out = data.draw(st.sampled_from(activities))
    rest = tuple(each for each in activities if each != left_out)
    fewer = compiled(persona, with_persona(persona, activities=rest))
    more = of_persona(persona)

    away, back = of(more, fewer), of(fewer, more)

    asked = {*more["Parameters"]} - {*fewer["Parameters"]}
    must = any("Default" not in more["Parameters"][each] for each in asked)
    assert away.level == "major"
    assert back.level == ("major" if must else "minor")
    assert [each for each in back.reasons if each.level == "minor" and "gains" in each.text]


PARTS = {
    **{
        f"allow {name}": allow(f"S{name}", "s3:GetObject", f"arn:aws:s3:::{name}/*")
        for name in "abc"
    },
    "parameter": parameter("^a$", Default="a"),
    "output": {"Value": "a"},
}
SETS = st.frozensets(st.sampled_from(sorted(PARTS)))


def made_of(parts: frozenset[str]) -> Json:
    body = template(*(PARTS[each] for each in sorted(parts) if each.startswith("allow")), READ)
    body["Parameters"] = {"P": PARTS["parameter"]} if "parameter" in parts else {}
    body["Outputs"] = {"O": PARTS["output"]} if "output" in parts else {}
    return body


@LAWS
@given(SETS, SETS)
def test_what_goes_is_major_and_what_comes_is_minor(
    old: frozenset[str], new: frozenset[str]
) -> None:
    """Permissions lost, a parameter removed, an output removed → major; gained → minor."""
    found = of(made_of(old), made_of(new))
    # The one bucket that is always read.
    expected = (
        "major" if (old - new) - {"allow a"} else "minor" if (new - old) - {"allow a"} else None
    )

    assert found.level == (expected or ("none" if old == new else "patch"))
    assert len(found.reasons) == len((old ^ new) - {"allow a"}) or not expected
