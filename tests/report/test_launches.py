from __future__ import annotations

from typing import Any

from compiler.report.launches import lines, markdown

LAUNCH: dict[str, Any] = {
    "account": "111122223333",
    "region": "eu-west-1",
    "name": "fraud",
    "id": "pp-a",
    "product": "data-scientist",
    "product_id": "prod-a",
    "title": "Data Scientist",
    "version": "1.0.0",
    "status": "AVAILABLE",
    "launched_by": "arn:aws:sts::111122223333:assumed-role/team/jane.doe",
    "launched_at": "2026-11-24T15:28:45+00:00",
    "behind": "major",
    "withdrawn": False,
    "could_take": "2.0.0",
}
VIEW: dict[str, Any] = {
    "schema": "personac.launches/1",
    "regions": ["eu-west-1", "us-east-1"],
    "launches": [
        LAUNCH,
        {**LAUNCH, "name": "new|er", "version": "2.0.0", "behind": None, "could_take": None,
         "product": None, "launched_at": None},
    ],
    "behind": {"major": 1, "minor": 0, "patch": 0},
    "withdrawn": 0,
    "seen": [{"account": "111122223333", "region": "eu-west-1", "level": "account"}],
    "unseen": [{"target": "444455556666", "region": "us-east-1", "reason": "the permission is missing"}],
    "notes": ["only your own"],
}  # fmt: skip


def text(view: dict[str, Any]) -> str:
    return "".join("".join(part for _, part in line).rstrip() + "\n" for line in lines(view))


def test_a_table_then_what_was_not_seen() -> None:
    assert text(VIEW) == (
        "account       Region     name    product         version  behind        status     by        since\n"
        "111122223333  eu-west-1  fraud   data-scientist  1.0.0    major, 2.0.0  AVAILABLE  jane.doe  2026-11-24\n"
        "111122223333  eu-west-1  new|er  Data Scientist  2.0.0                  AVAILABLE  jane.doe\n"
        "\n"
        "2 launches in eu-west-1, us-east-1; behind by a version: 1 major\n"
        "note      only your own\n"
        "not seen  444455556666 in us-east-1: the permission is missing\n"
    )


def test_markdown() -> None:
    assert markdown(VIEW) == (
        "2 launches in eu-west-1, us-east-1; behind by a version: 1 major\n"
        "\n"
        "| account | Region | name | product | version | behind | status | by | since |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| 111122223333 | eu-west-1 | fraud | data-scientist | 1.0.0 | major, 2.0.0 | AVAILABLE | jane.doe | 2026-11-24 |\n"
        "| 111122223333 | eu-west-1 | new\\|er | Data Scientist | 2.0.0 |  | AVAILABLE | jane.doe |  |\n"
        "\n"
        "- only your own\n"
        "- Not seen: 444455556666 in us-east-1: the permission is missing\n"
    )


def test_nothing_launched() -> None:
    none = {**VIEW, "launches": [], "behind": {}, "unseen": [], "notes": [], "regions": ["a"]}
    assert text(none) == "0 launches in a\n"
    assert markdown(none) == "0 launches in a\n"


def test_a_withdrawn_version_and_what_to_take_instead() -> None:
    back = {**LAUNCH, "version": "1.1.0", "behind": None, "withdrawn": True, "could_take": "1.0.0"}
    alone = {**back, "could_take": None}
    behind = {**back, "behind": "minor", "could_take": "1.2.0"}
    found = {**VIEW, "launches": [back, alone, behind], "behind": {"minor": 1}, "withdrawn": 3}
    cells = [
        line.split("1.1.0")[1].split("AVAILABLE")[0].strip()
        for line in text(found).splitlines()[1:4]
    ]
    assert cells == ["withdrawn, 1.0.0", "withdrawn", "withdrawn, minor, 1.2.0"]
    assert "behind by a version: 1 minor; 3 of a withdrawn version\n" in text(found)
    assert "| 1.1.0 | withdrawn, 1.0.0 | AVAILABLE |" in markdown(found)


def test_what_was_not_seen_is_not_counted_as_nothing() -> None:
    none = {**VIEW, "launches": [], "behind": {}, "seen": []}
    for told in (text(none), markdown(none)):
        assert told.startswith("no account could be seen in eu-west-1, us-east-1\n")
        assert "0 launches" not in told
    own = {**none, "seen": [{"account": "111122223333", "region": "a", "level": "user"}]}
    assert text(own).startswith("0 launches that may be seen in eu-west-1, us-east-1\n")
