"""compiler.load: files in, typed values out, all mistakes of all files at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.catalog import (
    Activity,
    Catalog,
    Control,
    GuardrailException,
    Parameter,
    Persona,
    Prohibition,
    Settings,
    Step,
    Trust,
)
from compiler.load import load, read_tree
from compiler.rules import examine
from compiler.source import LARGEST
from tests.small import SMALL, changed, findings, overlay, told
from tests.strategies import SETTINGS, YAML_LIKE

ACTIVITY = "activities/read-buckets.yaml"
PERSONA = "personas/analyst.yaml"


def rules(changes: dict[str, str | bytes | None]) -> list[tuple[str, str]]:
    return [(each.at.path.removeprefix("catalog/"), each.rule) for each in findings(changes)]


def catalog() -> Catalog:
    loaded = load("catalog", overlay({}))

    assert loaded.diagnostics == ()
    return loaded.catalog


def test_a_sound_catalog_is_loaded_whole() -> None:
    found = catalog()

    assert isinstance(found.settings, Settings)
    assert found.settings.regions == ("eu-west-1",)
    assert {type(each) for each in found.parameters.values()} == {Parameter}
    assert {name: type(each) for name, each in found.controls.items()} == {"network": Control}
    assert {name: type(each) for name, each in found.trusts.items()} == {"sagemaker": Trust}
    assert {type(each) for each in found.activities.values()} == {Activity}
    assert list(found.activities) == ["read-buckets", "run-jobs"]
    assert {name: type(each) for name, each in found.personas.items()} == {"analyst": Persona}


def test_words_in_conditions_are_texts_as_iam_spells_them() -> None:
    text = SMALL[ACTIVITY] + "    conditions: {Bool: {aws:SecureTransport: true}}\n"
    loaded = load("catalog", overlay({ACTIVITY: text}))

    statement = loaded.catalog.activities["read-buckets"].statements[1]
    assert statement.conditions == {"Bool": {"aws:SecureTransport": ("true",)}}


def test_account_ids_dates_and_words_reach_the_catalog_as_written() -> None:
    text = SMALL[ACTIVITY] + (
        "    conditions: {StringEquals: {aws:PrincipalAccount: [012345670123, 123456789012],"
        " aws:PrincipalTag/since: 2012-10-17, aws:PrincipalTag/leaver: NO}}\n"
    )
    loaded = load("catalog", overlay({ACTIVITY: text}))

    assert loaded.catalog.activities["read-buckets"].statements[1].conditions == {
        "StringEquals": {
            "aws:PrincipalAccount": ("012345670123", "123456789012"),
            "aws:PrincipalTag/since": ("2012-10-17",),
            "aws:PrincipalTag/leaver": ("NO",),
        }
    }


GUARDRAIL = """\
title: Buckets stay closed
description: Nobody changes who may reach a bucket.
sources: [https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html]
"""


def test_a_guardrail_denies_requests_one_by_one() -> None:
    text = GUARDRAIL + "deny:\n  - actions: [s3:PutBucketPolicy]\n"
    found = load("catalog", overlay({"guardrails/buckets.yaml": text})).catalog

    assert found.guardrails["buckets"].deny == (
        Prohibition(actions=("s3:PutBucketPolicy",), resources=("*",), except_resources=()),
    )
    assert found.guardrails["buckets"].escalation == ()


def test_or_steps_that_escalate_together() -> None:
    text = GUARDRAIL + (
        'escalation:\n  - actions: [iam:PassRole]\n    except_resources: ["arn:aws:iam::1:role/a"]\n'
        "  - {actions: [lambda:CreateFunction], bounded: true}\n"
    )
    found = load("catalog", overlay({"guardrails/buckets.yaml": text})).catalog

    assert found.guardrails["buckets"].deny == ()
    assert found.guardrails["buckets"].escalation == (
        Step(actions=("iam:PassRole",), except_resources=("arn:aws:iam::1:role/a",)),
        Step(actions=("lambda:CreateFunction",), bounded=True),
    )


def test_a_date_stays_the_text_that_it_is() -> None:
    text = SMALL[PERSONA] + (
        "exceptions: [{guardrail: buckets, reason: The team moves., expires: 2027-03-31}]\n"
    )
    found = load("catalog", overlay({PERSONA: text}))

    assert found.diagnostics == ()
    assert found.catalog.personas["analyst"].exceptions == (
        GuardrailException(guardrail="buckets", reason="The team moves.", expires="2027-03-31"),
    )


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        ("2027-02-30", "there is no day 2027-02-30"),
        ("31.3.2027", "'31.3.2027' is not of the form"),
        ("2027-13-01", "'2027-13-01' is not of the form"),
        ("20270331", "expected a string, found the integer 20270331"),
        ("never", "'never' is not of the form"),
    ],
)
def test_what_is_no_date_is_refused(expires: str, said: str) -> None:
    text = SMALL[PERSONA] + (
        f"exceptions: [{{guardrail: buckets, reason: The team moves., expires: {expires}}}]\n"
    )

    assert said in told({PERSONA: text})


@pytest.mark.parametrize("reason", ["", 'reason: "", '])
def test_an_exception_gives_its_reason(reason: str) -> None:
    text = SMALL[PERSONA] + f"exceptions: [{{guardrail: b, {reason}expires: 2027-03-31}}]\n"

    assert rules({PERSONA: text}) == [(PERSONA, "wrong-value" if reason else "missing-key")]


def test_all_mistakes_of_all_files_in_one_run_sorted_by_place_none_twice() -> None:
    changes = {
        ACTIVITY: 'title: ""\ndescription: a\ncolour: red\nstatements:\n  - sid: read\n    actions: [s3:GetObjects, s3:Fetch]\n    resources: ["*"]\n',
        **changed(PERSONA, ("1.0.0", "1.0"), ("trust: sagemaker", "trsut: sagemaker")),
        **changed("activities/run-jobs.yaml", ("CreateTrainingJob", "CreateTraningJob")),
        "controls/network.yaml": "a: [\n",
        "stray.yaml": "a: 1\n",
        "trusts/Sage_Maker.yaml": SMALL["trusts/sagemaker.yaml"],
    }

    assert [
        (each.at.path, each.at.span.line, each.at.span.column, each.rule)
        for each in findings(changes)
    ] == [
        ("catalog/activities/read-buckets.yaml", 1, 8, "wrong-value"),
        ("catalog/activities/read-buckets.yaml", 3, 1, "unknown-key"),
        ("catalog/activities/read-buckets.yaml", 5, 10, "wrong-value"),
        ("catalog/activities/run-jobs.yaml", 5, 15, "unknown-action"),
        ("catalog/controls/network.yaml", 2, 1, "yaml-syntax"),
        ("catalog/personas/analyst.yaml", 1, 1, "missing-key"),
        ("catalog/personas/analyst.yaml", 3, 10, "wrong-value"),
        ("catalog/personas/analyst.yaml", 4, 1, "unknown-key"),
        ("catalog/stray.yaml", 1, 1, "stray-file"),
        ("catalog/trusts/Sage_Maker.yaml", 1, 1, "file-name"),
    ]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("", ["missing-key"]),
        ("kind: role\n", ["missing-key"]),
        ("kind: rule\n", ["wrong-value"]),
        ("trust:\n", ["wrong-type"]),
        ("kind: domain\n", []),
        ("kind: domain\ntrust:\n", []),
    ],
)
def test_what_makes_a_role_has_to_have_a_trust(kind: str, found: list[str]) -> None:
    text = f"title: A\ndescription: A.\nversion: 1.0.0\n{kind}"

    assert [each.rule for each in findings({"personas/other.yaml": text})
            if "other" in each.at.path and each.rule != "grants-nothing"] == found  # fmt: skip


def test_a_key_that_is_nearly_right_is_suggested() -> None:
    assert told(changed(PERSONA, ("description", "descripton"))).endswith("""\
error[unknown-key]: unknown key 'descripton'; allowed are title, description, version, kind, serves, trust, controls, activities, optional, managed_policies, max_items, onboarding, tags, exceptions, broad, policies, lifecycle
 --> catalog/personas/analyst.yaml:2:1
  |
2 | descripton: Reads data and trains models.
  | ^^^^^^^^^^
  = hint: did you mean 'description'?
""")


def test_keys_of_inner_mappings_are_suggested_too() -> None:
    assert "allowed are sid, effect, actions, resources, conditions, when" in told(
        changed(ACTIVITY, ("resources:", "resource:"))
    )


def test_a_value_that_must_be_quoted_is_told_so() -> None:
    assert (
        told(changed(PERSONA, ("trust: sagemaker", "trust: 12")))
        == """\
error[wrong-type]: expected a string, found the integer 12
 --> catalog/personas/analyst.yaml:4:8
  |
4 | trust: 12
  |        ^^
  = hint: quote it: "12"
"""
    )


def test_a_character_that_iam_does_not_take_is_pointed_at() -> None:
    assert (
        told(changed(PERSONA, ("Reads data and", "Reads data \u2014 and")))
        == """\
error[wrong-value]: the character '\u2014' (U+2014) is not allowed here
 --> catalog/personas/analyst.yaml:2:25
  |
2 | description: Reads data \u2014 and trains models.
  |                         ^
"""
    )


def test_a_tag_takes_the_letters_and_numbers_of_any_script() -> None:
    """As AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html."""
    tags = SMALL["catalog.yaml"] + "tags: {team: a\u00bd\u00e9}\n"

    assert rules({"catalog.yaml": tags}) == []


def test_a_value_with_a_line_end_is_shown_on_one_line() -> None:
    assert "'1.0.0\\x0a' is not of the form" in told(changed(PERSONA, ("1.0.0", '"1.0.0\\n"')))


@pytest.mark.parametrize("path", sorted(SMALL))
@pytest.mark.parametrize(
    "text",
    ["[]", "- a\n- b\n", "hello", "12", "true", "{a: {b: {c: [1, ~, {d: e}]}}}", "? [a]\n: b\n"],
)
def test_a_file_that_is_something_else_is_told_at_that_file(path: str, text: str) -> None:
    found = findings({path: text})

    assert f"catalog/{path}" in {each.at.path for each in found}


@pytest.mark.parametrize("path", sorted(SMALL))
def test_null_everywhere_is_told_at_each_value(path: str) -> None:
    lines = [line for line in SMALL[path].splitlines() if line and line[0].isalpha()]
    found = findings({path: "".join(f"{line.partition(':')[0]}:\n" for line in lines)})

    told_lines = {each.at.span.line for each in found if each.at.path == f"catalog/{path}"}
    # `controls: ` and its like may be left out, but not be nothing.
    assert told_lines == set(range(1, len(lines) + 1))


@pytest.mark.parametrize("path", sorted(SMALL))
def test_line_ends_of_windows_and_a_byte_order_mark_are_no_mistakes(path: str) -> None:
    assert findings({path: b"\xef\xbb\xbf" + SMALL[path].replace("\n", "\r\n").encode()}) == ()


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("activities/\u00fcber.yaml", "file-name"),
        ("personas/\U0001f4e6.yaml", "file-name"),
        ("activities/.yaml", "file-name"),
        ("activities/a.b.yaml", "file-name"),
        ("activities/-.yaml", "file-name"),
        ("activities/" + "a" * 65 + ".yaml", "file-name"),
        ("activities/read-buckets.yml", "duplicate-id"),
        ("activities/other.yml", "file-name"),
        ("activities/more/read.yaml", "stray-file"),
        ("guardrail/x.yaml", "stray-file"),
        ("catalog.yml", "stray-file"),
        ("personas.yaml", "stray-file"),
    ],
)
def test_names_of_files(path: str, rule: str) -> None:
    assert rules({path: SMALL[ACTIVITY]}) == [(path, rule)]


def test_files_that_must_be_there() -> None:
    assert rules(dict.fromkeys(SMALL)) == [
        ("catalog.yaml", "missing-file"),
        ("parameters.yaml", "missing-file"),
    ]


def test_a_file_that_cannot_be_read_makes_nothing_else_wrong() -> None:
    for path in SMALL:
        assert {each for each, _ in rules({path: "a: [\n"})} == {path}


def test_names_of_parameters() -> None:
    found = told(changed("parameters.yaml", ("Buckets:", "buckets:")))

    assert "error[wrong-value]: 'buckets' is no parameter name" in found


def test_an_alias_or_a_merge_key_is_one_mistake() -> None:
    text = SMALL[PERSONA].replace("Reads data and trains models.", "*text")

    assert rules({PERSONA: text}) == [(PERSONA, "alias")]
    assert rules({PERSONA: "<<: {}\n" + SMALL[PERSONA]}) == [(PERSONA, "merge-key")]


# ------------------------------------------------------------------------------------ on disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "catalog"
    for path, raw in overlay({}).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(raw)
    return top


def refused(folder: Path) -> dict[str, tuple[str, str]]:
    """Rule and message by path, of what reading from disk refuses."""
    _, diagnostics = read_tree(folder)
    return {
        Path(each.place.path).relative_to(folder).as_posix(): (each.rule, each.message)
        for each in diagnostics
    }


def test_a_folder_is_read_as_it_is(folder: Path) -> None:
    (folder / "README.md").write_text("no part of the catalog", encoding="utf-8")

    assert read_tree(folder) == (overlay({}), ())


def test_a_link_inside_the_catalog_is_followed(folder: Path) -> None:
    (folder / "activities" / "same.yaml").symlink_to("read-buckets.yaml")
    tree, diagnostics = read_tree(folder)

    assert diagnostics == ()
    assert tree["activities/same.yaml"] == tree[ACTIVITY]


def test_a_link_out_of_the_catalog_is_refused(folder: Path) -> None:
    outside = folder.parent / "outside.yaml"
    outside.write_text(SMALL[ACTIVITY], encoding="utf-8")
    (folder / "activities" / "outside.yaml").symlink_to(outside)
    tree, _ = read_tree(folder)

    assert "activities/outside.yaml" not in tree
    assert refused(folder) == {
        "activities/outside.yaml": ("leaves-folder", "this file is a link that leaves the catalog")
    }


def test_what_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "activities" / "circle.yaml").symlink_to("circle.yaml")
    (folder / "activities" / "folder.yaml").mkdir()
    (folder / "activities" / "nowhere.yaml").symlink_to("gone.yaml")
    os.mkfifo(folder / "activities" / "pipe.yaml")
    found = refused(folder)

    assert {path: rule for path, (rule, _) in found.items()} == dict.fromkeys(
        [f"activities/{name}.yaml" for name in ("circle", "folder", "nowhere", "pipe")],
        "unreadable-file",
    )
    assert found["activities/nowhere.yaml"][1] == (
        "the file cannot be read: no such file or directory"
    )
    assert found["activities/folder.yaml"][1] == (
        "this is no file, though its name ends as a file's"
    )


def test_a_file_that_is_too_large_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / ACTIVITY).open("r+b") as opened:
        opened.truncate(LARGEST * 1_000)
    tree, _ = read_tree(folder)

    assert len(tree[ACTIVITY]) == LARGEST + 1
    assert [each.rule for each in load("catalog", tree).diagnostics] == ["file-too-large"]


def test_a_folder_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_tree(tmp_path / "none")


# --------------------------------------------------------------------------------------- laws


@given(st.sampled_from(sorted(SMALL)), YAML_LIKE)
@settings(SETTINGS, max_examples=50)
def test_no_file_makes_loading_or_the_rules_raise(path: str, text: str) -> None:
    loaded = load("catalog", overlay({path: text}))

    examine(loaded)


@given(st.sampled_from(sorted(SMALL)), st.data())
@settings(SETTINGS, max_examples=50)
def test_no_part_of_a_file_replaced_makes_loading_or_the_rules_raise(
    path: str, data: st.DataObject
) -> None:
    text = SMALL[path]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    part = data.draw(st.one_of(YAML_LIKE, st.sampled_from(["${", "*", ":", "null", "../x", "{}"])))
    changes = {path: text[:start] + part + text[end:]}
    found = findings(changes)

    assert len(set(found)) == len(found)
    assert list(found) == sorted(found, key=lambda each: (each.at.path, each.at.span))
