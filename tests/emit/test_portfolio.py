"""compiler.emit.portfolio: the desired state, as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.emit import emit_portfolio
from compiler.load import load
from tests.small import SMALL, overlay

HEAD = "title: People\ndescription: What people may launch.\nproducts:\n"
PERSONA = SMALL["personas/analyst.yaml"]
DIGESTS = {"analyst": {"1.0.0": "5e", "1.1.0": "6f"}}


def emitted(text: str, persona: str = "", settings: str = "") -> dict[str, Any]:
    changes = {
        "portfolios/people.yaml": HEAD + text,
        "personas/analyst.yaml": PERSONA + persona,
        "catalog.yaml": SMALL["catalog.yaml"] + settings,
    }
    loaded = load("catalog", overlay(changes))
    assert not loaded.diagnostics
    return emit_portfolio(loaded.catalog, "people", DIGESTS)


def constraints(text: str, settings: str = "") -> dict[str, Any]:
    made: dict[str, Any] = emitted(text, settings=settings)["products"]["analyst"]["constraints"]
    return made


def test_the_least() -> None:
    assert emitted("  analyst: {}\n") == {
        "schema": "personac.portfolio/1",
        "catalog": "small",
        "portfolio": "people",
        "title": "People",
        "description": "What people may launch.",
        "provider": "Platform",
        "home_region": "eu-west-1",
        "regions": ["eu-west-1"],
        "tags": {},
        "tag_options": {},
        "principals": [],
        "shares": [],
        "products": {
            "analyst": {
                "title": "Analyst",
                "description": "Reads data and trains models.",
                "owner": "Platform",
                "tags": {},
                "versions": {
                    "1.0.0": {
                        "template": "personas/analyst/1.0.0.template.json",
                        "sha256": "5e",
                        "lifecycle": "active",
                    },
                    "1.1.0": {
                        "template": "personas/analyst/1.1.0.template.json",
                        "sha256": "6f",
                        "lifecycle": "active",
                    },
                },
                "constraints": {
                    "LAUNCH": {"LocalRoleName": "personac-launch"},
                    "RESOURCE_UPDATE": {
                        "Version": "2.0",
                        "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"},
                    },
                },
            }
        },
    }


def test_the_most() -> None:
    made = emitted(
        """\
  analyst: {}
provider: Data team
principals:
  - arn:aws:iam::111122223333:role/science/lead
  - arn:aws:iam:::role/science/*
tag_options: {cost-center: ["1001", "1002"]}
shares:
  - {organization: o-a1b2c3d4e5, principals: true, tag_options: true}
  - {organizational_unit: ou-a1b2-c3d4e5f6}
  - {account: "444455556666"}
regions: [eu-west-1]
tags: {stage: test}
""",
        persona="tags: {team: models}\nlifecycle: {1.0.0: deprecated}\n",
        settings="tags: {team: platform, managed: yes}\n",
    )

    assert made["provider"] == "Data team"
    assert made["principals"] == [
        {"type": "IAM", "arn": "arn:aws:iam::111122223333:role/science/lead"},
        {"type": "IAM_PATTERN", "arn": "arn:aws:iam:::role/science/*"},
    ]
    assert made["tag_options"] == {"cost-center": ["1001", "1002"]}
    assert made["shares"] == [
        {
            "type": "ORGANIZATION",
            "target": "o-a1b2c3d4e5",
            "principals": True,
            "tag_options": True,
        },
        {
            "type": "ORGANIZATIONAL_UNIT",
            "target": "ou-a1b2-c3d4e5f6",
            "principals": False,
            "tag_options": False,
        },
        {"type": "ACCOUNT", "target": "444455556666", "principals": False, "tag_options": False},
    ]
    # A launch has the tags of both: what a product says otherwise, the portfolio does not say.
    assert made["tags"] == {"stage": "test", "managed": "yes"}
    product = made["products"]["analyst"]
    # A product is the same in each portfolio: neither provider nor tags are the portfolio's.
    assert (product["owner"], product["tags"]) == ("Platform", {"team": "models", "managed": "yes"})
    assert {version: each["lifecycle"] for version, each in product["versions"].items()} == {
        "1.0.0": "deprecated",
        "1.1.0": "active",
    }


ROLE = "arn:aws:iam::111122223333:role/launch"


class TestConstraints:
    @pytest.mark.parametrize(
        ("text", "settings", "launch"),
        [
            ("  analyst: {}\n", "launch_role: ours\n", {"LocalRoleName": "ours"}),
            ("  analyst: {}\nlaunch_role: theirs\n", "", {"LocalRoleName": "theirs"}),
            (f"  analyst: {{launch_role: {ROLE}}}\nlaunch_role: theirs\n", "", {"RoleArn": ROLE}),
        ],
    )
    def test_launch(self, text: str, settings: str, launch: dict[str, str]) -> None:
        assert constraints(text, settings)["LAUNCH"] == launch

    @pytest.mark.parametrize(
        ("text", "allowed"),
        [
            ("  analyst: {}\ntag_updates: forbidden\n", False),
            ("  analyst: {tag_updates: allowed}\ntag_updates: forbidden\n", True),
            ("  analyst: {tag_updates: forbidden}\n", False),
        ],
    )
    def test_tag_updates(self, text: str, allowed: bool) -> None:
        assert ("RESOURCE_UPDATE" in constraints(text)) is allowed

    def test_notifications(self) -> None:
        topic = "arn:aws:sns:eu-west-1:111122223333:{}"
        every = f"notifications: [{topic.format('a')}]\n"
        own = f"  analyst: {{notifications: [{topic.format('b')}]}}\n"

        assert constraints(f"  analyst: {{}}\n{every}")["NOTIFICATION"] == {
            "NotificationArns": [topic.format("a")]
        }
        assert constraints(own + every)["NOTIFICATION"] == {"NotificationArns": [topic.format("b")]}
        assert "NOTIFICATION" not in constraints(f"  analyst: {{notifications: []}}\n{every}")

    def test_pins(self) -> None:
        text = "  analyst: {pin: {Buckets: ['a-a,b-b', c-c], Subnets: ['']}}\n"

        assert constraints(text)["TEMPLATE"] == {
            "Rules": {
                "PinBuckets": {
                    "Assertions": [
                        {
                            "Assert": {"Fn::Contains": [["a-a,b-b", "c-c"], {"Ref": "Buckets"}]},
                            "AssertDescription": "Buckets is 'a-a,b-b' or 'c-c' in this portfolio",
                        }
                    ]
                },
                "PinSubnets": {
                    "Assertions": [
                        {
                            "Assert": {"Fn::Contains": [[""], {"Ref": "Subnets"}]},
                            "AssertDescription": "Subnets is '' in this portfolio",
                        }
                    ]
                },
            }
        }
