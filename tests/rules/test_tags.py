"""Tags that IAM takes, and what stands beside a role does not."""

from __future__ import annotations

import pytest

from tests.small import SMALL, findings

HEAD = "title: Other\ndescription: Other.\nversion: 1.0.0\n"
OTHER = "personas/other.yaml"
PERSONA = "personas/analyst.yaml"


def told(changes: dict[str, str | bytes | None]) -> list[tuple[str, int]]:
    """The lines of the tags that are refused."""
    return [
        (each.at.path, each.at.span.line) for each in findings(changes) if each.rule == "tag-value"
    ]


def tagged(value: str, kind: str, key: str = "team") -> dict[str, str | bytes | None]:
    return {
        OTHER: f'{HEAD}kind: {kind}\ntags: {{"{key}": "{value}"}}\nactivities: [read-buckets]\n'
    }


@pytest.mark.parametrize(
    ("kind", "value", "is_taken"),
    [
        ("domain", "a" * 128, True),
        ("domain", "a" * 129, False),
        ("domain", "", False),
        ("role", "a" * 256, True),
        ("role", "", True),
        ("access", "a" * 256, True),
        ("access", "", False),
        ("access", ": /", False),
        ("access", "a/b", True),
    ],
)
def test_a_value(kind: str, value: str, *, is_taken: bool) -> None:
    assert bool(told(tagged(value, kind))) is not is_taken


def test_a_key() -> None:
    assert told(tagged("a", "access", key=":"))
    assert not told(tagged("a", "domain", key=":"))


def test_a_role_with_a_user_profile() -> None:
    persona = f'{SMALL[PERSONA]}tags: {{team: ""}}\n'

    assert told({PERSONA: persona}) == []
    assert told({PERSONA: f"{persona}onboarding: user-profile\n"}) == [(f"catalog/{PERSONA}", 7)]


def test_a_tag_of_the_catalog_is_told_once_at_its_line() -> None:
    settings = f"{SMALL['catalog.yaml']}tags:\n  team: {'a' * 129}\n"
    domain = f"{HEAD}kind: domain\n"
    changes: dict[str, str | bytes | None] = {"catalog.yaml": settings}

    assert told(changes) == []
    changes |= {OTHER: domain, "personas/one-more.yaml": domain}
    assert told(changes) == [("catalog/catalog.yaml", 8)]


def test_a_tag_of_the_persona_takes_the_place_of_the_catalogs() -> None:
    settings = f"{SMALL['catalog.yaml']}tags:\n  team: {'a' * 129}\n"

    assert told({"catalog.yaml": settings, **tagged("ml", "domain")}) == []
