"""Constraints of the service models, which moto does not look at."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.sandbox.constraints import SHOWN_CHARACTERS, ValidationException, arguments

PROFILE = {"DomainId": "d-0123456789ab", "UserProfileName": "ann"}


def read(**members: Any) -> dict[str, Any]:
    return arguments("sagemaker", "CreateUserProfile", {**PROFILE, **members})


def refusal(**members: Any) -> str:
    with pytest.raises(ValidationException) as caught:
        read(**members)
    assert caught.value.code == "ValidationException"
    return str(caught.value.message)


def test_members_become_the_arguments_of_a_method() -> None:
    assert read(Colour="red") == {
        "domain_id": "d-0123456789ab",
        "user_profile_name": "ann",
        "single_sign_on_user_identifier": None,
        "single_sign_on_user_value": None,
        "tags": None,
        "user_settings": None,
    }


def test_texts_become_what_the_api_asks_for() -> None:
    settings = {"CustomPosixUserConfig": {"Uid": "10000", "Gid": 1001}}
    assert read(UserSettings=settings)["user_settings"] == {
        "CustomPosixUserConfig": {"Uid": 10000, "Gid": 1001}
    }
    place = {"DomainId": "d-0123456789ab", "AppType": "JupyterLab", "AppName": "default"}
    app = arguments("sagemaker", "CreateApp", {**place, "RecoveryMode": "true"})
    assert app["recovery_mode"] is True


@pytest.mark.parametrize(
    ("members", "lines"),
    [
        ({"UserProfileName": None}, {"Value null at 'userProfileName': Member must not be null"}),
        (
            {"UserProfileName": "a b"},
            {
                "Value 'a b' at 'userProfileName': Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            },
        ),
        (
            {"UserSettings": {"StudioWebPortal": "ON", "SecurityGroups": ["sg 1"]}},
            {
                "Value 'ON' at 'userSettings.studioWebPortal': Member must satisfy enum value set: [ENABLED, DISABLED]",
                "Value 'sg 1' at 'userSettings.securityGroups.1.member': Member must satisfy regular expression pattern: [-0-9a-zA-Z]+",
            },
        ),
        (
            {"UserSettings": {"CustomPosixUserConfig": {"Uid": "x", "Gid": 1000}}},
            {
                "Value 'x' at 'userSettings.customPosixUserConfig.uid': Member must be a number",
                "Value '1000' at 'userSettings.customPosixUserConfig.gid': Member must have value greater than or equal to 1001",
            },
        ),
    ],
    ids=["missing", "pattern", "two", "numbers"],
)
def test_a_refusal_names_all_that_is_broken(members: dict[str, Any], lines: set[str]) -> None:
    count, _, rest = refusal(**members).partition(" detected: ")

    assert count == f"{len(lines)} validation error{'s' if len(lines) > 1 else ''}"
    assert set(rest.replace(" failed to satisfy constraint", "").split("; ")) == lines


def test_too_many_items_are_refused() -> None:
    tags = [{"Key": f"k{n}", "Value": ""} for n in range(51)]

    assert refusal(Tags=tags).endswith("at 'tags' failed to satisfy constraint: Member must have "
                                       "length less than or equal to 50")  # fmt: skip
    assert read(Tags=tags[:50])["tags"] == tags[:50]


@pytest.mark.parametrize("key", ["team", "Équipe 1", "名前", "a_b.c:/=+-@"])
def test_the_letters_of_all_scripts_may_stand_in_a_tag(key: str) -> None:
    assert read(Tags=[{"Key": key, "Value": key}])["tags"][0]["Key"] == key


@pytest.mark.parametrize("key", ["a!", "a\tb", "100%"])
def test_other_characters_may_not(key: str) -> None:
    assert f"Value '{key}' at 'tags.1.member.key'" in refusal(Tags=[{"Key": key, "Value": ""}])


def test_a_message_shows_only_the_beginning_of_a_long_value() -> None:
    assert f"'{'a' * SHOWN_CHARACTERS}…'" in refusal(UserProfileName="a" * 1000)
