"""compiler.rules.compositions: what the examples of the cards do not show."""

from __future__ import annotations

from tests.small import SMALL, findings

PERSONA = "personas/analyst.yaml"
HEAD = "title: Analyst\ndescription: Analyses.\nversion: 1.0.0\n"
WHILE_ON = """\
title: Interfaces
description: Network interfaces.
statements:
  - sid: Interfaces
    when: network
    actions: [ec2:DescribeSubnets]
    resources: ["*"]
"""


def told(persona: str, **files: str) -> list[tuple[str, str]]:
    changes = {PERSONA: f"{HEAD}{persona}", "activities/interfaces.yaml": WHILE_ON, **files}
    return [(each.rule, each.at.message) for each in findings(changes)]


def test_a_persona_whose_statements_never_exist_grants_nothing() -> None:
    never = "no statement of the activities of 'analyst' exists: its controls are off"
    composed = "trust: sagemaker\nactivities: [interfaces]\n"

    assert told(composed) == [("grants-nothing", never)]
    assert told(f"{composed}controls: {{network: 'off'}}\n") == [("grants-nothing", never)]
    assert told(f"{composed}controls: {{network: optional}}\n") == []
    assert told("kind: access\nactivities: [interfaces]\n") == [("grants-nothing", never)]


def test_people_are_not_told_of_what_they_cannot_have() -> None:
    assert told("kind: access\n") == [("grants-nothing", "the persona 'analyst' has no activities")]


def test_a_list_is_lowered_where_a_launch_asks_for_it() -> None:
    lowered = "trust: sagemaker\nactivities: [run-jobs]\nmax_items: {Buckets: 1}\n"

    assert told(lowered) == [("max-items", "no launch of 'analyst' asks for Buckets")]
    assert told(lowered.replace("activities: [run-jobs]", "optional: {read-buckets: off}")) == []


def test_a_default_has_to_fit_a_lowered_list() -> None:
    parameters = SMALL["parameters.yaml"].replace(
        "  description: Names of buckets.\n",
        "  description: Names of buckets.\n  default: one-bucket,another-bucket\n",
    )
    lowered = "trust: sagemaker\nactivities: [read-buckets]\nmax_items: {Buckets: 1}\n"

    assert told(lowered, **{"parameters.yaml": parameters}) == [
        ("max-items", "the default of Buckets has 2 values")
    ]
