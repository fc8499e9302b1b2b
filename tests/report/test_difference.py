"""A comparison as JSON, as text and as Markdown, of findings made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.admitted import ParameterChange, admitted
from compiler.case import Case, Cases
from compiler.comparison import Comparison, Found, Pair, Undecided
from compiler.iam.document import Principal, parse
from compiler.iam.finding import Universe, Witness
from compiler.iam.request import Access, Request
from compiler.iam.text import hole
from compiler.report.difference import headline, lines, who_words
from compiler.report.difference_markdown import markdown
from compiler.report.difference_view import difference_view
from compiler.report.words import by_service, condition_words, cut
from compiler.subject import Subject
from tests.roles import allow, deny, document

OLD = parse(
    document(allow("Less", "iam:PassRole", "arn:aws:iam::1:role/a"), deny("No", "iam:PassRole")),
    name="Policy1",
)
NEW = parse(
    document(
        allow(
            "Pass",
            "iam:PassRole",
            hole("Roles"),
            Condition={"StringEquals": {"iam:PassedToService": ["a.amazonaws.com"]}},
        ),
        allow("Many", "s3:*"),
    ),
    name="Policy1",
)


def side(name: str, **more: Any) -> Cases:
    subject = Subject(
        name=name, kind="template", body={}, version="1.0.0", source="a catalog", **more
    )
    case = Case(on=frozenset(), label="always", identity=Access(policies=(OLD,)), trust=None,
                universe=Universe())  # fmt: skip
    return Cases(subject=subject, cases=(case,))


PASS = Found(
    part="identity",
    cases=("options off",),
    actions=("iam:PassRole",),
    allowing=NEW.statements[0],
    opposing=OLD.statements,
    witnesses=(
        Witness(
            request=Request(
                action="iam:PassRole",
                resource="arn:aws:iam::111122223333:role/b",
                context={
                    "iam:PassedToService": "a.amazonaws.com",
                    "aws:PrincipalAccount": "111122223333",
                },
            ),
            parameters={"Roles": ("arn:aws:iam::111122223333:role/b", "x"), "Other": ("y",)},
        ),
    ),
)
ACTIONS = tuple(f"s3:Get{number:02}" for number in range(20))
MANY = Found(
    part="identity",
    cases=("options off", "network"),
    actions=ACTIONS,
    allowing=NEW.statements[1],
    opposing=(),
    witnesses=(Witness(request=Request(action="s3:Get00")),),
)
TRUSTED = Found(
    part="trust",
    cases=("options off", "network"),
    actions=("sts:AssumeRole",),
    allowing=parse(
        document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}),
        name="trust",
        kind="trust",
    ).statements[0],
    opposing=(),
    witnesses=(Witness(request=Request(action="sts:AssumeRole", principal=Principal("AWS", "1"))),),
)


def comparison(**more: Any) -> Comparison:
    found: dict[str, Any] = {
        "gained": (), "lost": (), "unknown": (), "parameters": (), "notes": (), "left_out": (),
    } | more  # fmt: skip
    return Comparison(
        old=side("scientist@1.0.0"),
        new=side("scientist", places={"Pass": "catalog/activities/run-jobs.yaml:7"}),
        pairs=(
            Pair(label="options off", old="options off", new="options off"),
            Pair(label="network", old="options off", new="network"),
        ),
        **found,
    )


def text(*, verbose: bool = False, **more: Any) -> str:
    view = difference_view(comparison(**more))
    # Through JSON and back: text has nothing that JSON has not.
    view = json.loads(json.dumps(view))
    shown = lines(view, verbose=verbose)
    return "".join("".join(part for _, part in line) + "\n" for line in shown)


def test_a_finding_for_people() -> None:
    assert text(gained=(PASS,)) == (
        """\
scientist gains 1 action: wider
  old  scientist@1.0.0 1.0.0, from a catalog
  new  scientist 1.0.0, from a catalog
  cases options off, network (old: options off)

+ iam:PassRole  (Write)
    escalation  hands a role to a service
    in    options off
    on    ${Roles}
    where iam:PassedToService is a.amazonaws.com
    by    Policy1.Pass  catalog/activities/run-jobs.yaml:7
    old   allows less, by Less, and denies, by No
    e.g.  iam:PassRole on arn:aws:iam::111122223333:role/b
          with iam:PassedToService = a.amazonaws.com
          launched with Roles = arn:aws:iam::111122223333:role/b,x
"""
    )


def test_the_view_that_others_build_on() -> None:
    view = difference_view(comparison(gained=(PASS,), lost=(TRUSTED,)))

    assert (view["schema"], view["verdict"]) == ("personac.diff/1", "changed")
    assert view["cases"][1] == {
        "case": "network", "old": "options off", "new": "network", "switches": ""
    }  # fmt: skip
    (found,) = view["gained"]
    assert found["policy"] == "identity"
    assert found["actions"] == ["iam:PassRole"]
    assert found["witness"] == {
        "action": "iam:PassRole",
        "resource": "arn:aws:iam::111122223333:role/b",
        "context": {
            "iam:PassedToService": "a.amazonaws.com",
            "aws:PrincipalAccount": "111122223333",
        },
        "parameters": {"Roles": "arn:aws:iam::111122223333:role/b,x", "Other": "y"},
    }
    assert found["conditions"] == [
        {"operator": "StringEquals", "key": "iam:PassedToService", "values": ["a.amazonaws.com"]}
    ]
    assert [
        (each["side"], each["effect"], each["sid"], each["place"]) for each in found["statements"]
    ] == [
        ("new", "Allow", "Pass", "catalog/activities/run-jobs.yaml:7"),
        ("old", "Allow", "Less", None),
        ("old", "Deny", "No", None),
    ]
    assert found["statements"][0]["statement"]["Resource"] == "${Roles}"
    (lost,) = view["lost"]
    assert (lost["policy"], lost["resources"]) == ("trust", [])
    assert lost["witness"]["principal"] == "AWS:1"
    assert [each["side"] for each in lost["statements"]] == ["old"]


def test_equal() -> None:
    assert text().startswith("scientist gains and loses nothing: equal\n")


def test_a_trust_policy_says_who() -> None:
    told = text(lost=(TRUSTED,))

    assert "- sts:AssumeRole  (Write)\n" in told
    assert "    e.g.  AWS:1 asks for sts:AssumeRole\n" in told
    assert "    who   anybody\n" in told
    assert "    on " not in told
    assert told.startswith("scientist can be assumed by fewer: narrower\n")
    assert text(gained=(TRUSTED,)).startswith("scientist can be assumed by more: wider\n")
    both = text(gained=(PASS, TRUSTED), lost=(TRUSTED,))
    assert both.startswith("scientist gains 1 action, can be assumed by others: ")


@pytest.mark.parametrize(
    ("principals", "words"),
    [
        ({"Principal": "*"}, "anybody"),
        ({"Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}}, "anybody"),
        ({"Principal": {"Service": "a", "AWS": ["b", "c", "d"]}}, "Service:a, AWS:b and 2 more"),
        ({"NotPrincipal": {"AWS": "b"}}, "everybody but AWS:b"),
        ({}, ""),
    ],
    ids=str,
)
def test_who(principals: Any, words: str) -> None:
    assert who_words({"statements": [{"statement": principals}]}, 2) == words


def test_long_lists_are_cut_unless_all_is_asked_for() -> None:
    short, long = text(gained=(MANY,)), text(gained=(MANY,), verbose=True)

    assert (
        "+ s3:Get00, Get01, Get02, Get03, Get04, Get05, Get06, Get07 and 12 more  (Not made yet)\n"
        in short
    )
    assert "    in  " not in short
    assert "and 12 more" not in long
    assert all(each.partition(":")[2] in long for each in ACTIONS)


def test_many_findings_are_cut() -> None:
    told = text(gained=(PASS,) * 15)

    assert told.count("iam:PassRole  (Write)") == 12
    assert told.endswith("\n+ and 3 findings more; --verbose shows all\n")


def test_findings_by_odd_names_stand_apart() -> None:
    from dataclasses import replace

    odd = replace(MANY, wide_only=True)

    told = text(gained=(PASS, odd))

    assert told.startswith("scientist gains 1 action: wider\n")
    assert told.endswith(
        "\n+ 1 finding by names with a colon in them, which most services refuse; --verbose shows all\n"
    )
    assert text(gained=(odd,)).startswith("scientist gains 20 actions by odd names: wider\n")
    assert "note  needs a name with a colon in it" in text(gained=(odd,), verbose=True)


def test_what_is_open_is_shown_as_open() -> None:
    undecided = Undecided(
        part="identity", cases=("network",), actions=("s3:GetObject",),
        allowing=NEW.statements[1], reason="no end after 7 states",
    )  # fmt: skip

    told = text(unknown=(undecided,), left_out=("scientist: too many options",))

    assert told.startswith(
        "scientist 2 questions stay open: unknown: not everything could be decided\n"
    )
    assert told.endswith(
        "\n? s3:GetObject\n    why   no end after 7 states\n    by    Policy1.Many\n"
        "\n? not compared\n    why   scientist: too many options\n"
    )


def test_parameters() -> None:
    def form(pattern: str) -> Any:
        return admitted({"AllowedPattern": pattern})

    changed = ParameterChange(
        name="Buckets", change="wider", old=form("^a(,a){0,1}$"), new=form("^[ab](,[ab]){0,1}$"),
        gained="b",
    )  # fmt: skip

    told = text(parameters=(changed,))

    assert told.startswith("scientist 1 parameter differs: wider\n")
    assert told.endswith(
        "\n~ Buckets  admits more\n    old   ^a(,a){0,1}$, up to 2 values\n"
        "    new   ^[ab](,[ab]){0,1}$, up to 2 values\n    e.g.  now admits 'b'\n"
    )


def test_what_moves_a_cursor_is_shown_escaped() -> None:
    assert "note  a\\x1b[2J" in text(notes=("a\x1b[2J",))


def test_markdown() -> None:
    view = difference_view(comparison(gained=(PASS,), lost=(TRUSTED,), notes=("a_b",)))

    assert "\n".join(markdown(view)) == (
        r"""### 🔶 scientist gains 1 action, can be assumed by fewer

**changed**: scientist 1.0.0, from a catalog, compared with scientist@1.0.0 1.0.0, from a catalog.
Options: options off, network (old: options off).
Note: a\_b.

| | actions | on, or who | where | by |
|---|---|---|---|---|
| + | `iam:PassRole`<br>⚠️ hands a role to a service<br>Write | `${Roles}` | iam:PassedToService is a.amazonaws.com<br>options: options off | `Policy1.Pass catalog/activities/run-jobs.yaml:7` |
| - | `sts:AssumeRole`<br>⚠️ can act as another principal<br>Write | `anybody` |  | `trust, statement 0` |

<details><summary>An example request for each</summary>

- + `iam:PassRole on arn:aws:iam::111122223333:role/b`<br>`with iam:PassedToService = a.amazonaws.com`<br>`launched with Roles = arn:aws:iam::111122223333:role/b,x`
- - `AWS:1 asks for sts:AssumeRole`

</details>"""
    )


def test_markdown_has_nothing_of_its_own_in_what_others_wrote() -> None:
    hostile = parse(document(allow("S", "s3:GetObject", "arn:aws:s3:::a|`<b>`")), name="P|x")
    from dataclasses import replace

    view = difference_view(comparison(gained=(replace(MANY, allowing=hostile.statements[0]),)))
    row = next(each for each in markdown(view) if each.startswith("| + |"))

    assert r"`arn:aws:s3:::a\|<b>`" in row
    assert r"`P\|x.S`" in row


@pytest.mark.parametrize(
    ("operator", "values", "words"),
    [
        ("StringEquals", ["a"], "k is a"),
        ("StringEquals", ["a", "b"], "k is a or b"),
        ("StringNotEquals", ["a", "b"], "k is not a nor b"),
        ("StringLike", ["a", "b", "c", "d", "e"], "k is like a, b, c or 2 more"),
        ("stringequalsifexists", ["a"], "k is a, if it is there"),
        ("ForAnyValue:StringNotEquals", ["a"], "some value of k is not a"),
        ("ForAllValues:StringEquals", ["a", "b"], "every value of k is a or b"),
        ("Null", ["true"], "k is absent"),
        ("Null", ["False"], "k is there"),
        ("Bool", ["true"], "k is true"),
        ("NumericLessThanEquals", ["7"], "k ≤ 7"),
        ("IpAddress", ["10.0.0.0/8"], "k is in 10.0.0.0/8"),
    ],
)
def test_conditions_in_words(operator: str, values: list[str], words: str) -> None:
    assert condition_words(operator, "k", values) == words


def test_every_operator_has_words() -> None:
    from compiler.iam.operators import _FAMILIES
    from compiler.report.words import _RELATIONS

    assert _RELATIONS.keys() | {"Null"} == _FAMILIES.keys()


def test_lists_in_words() -> None:
    assert cut(["a"], 3) == "a"
    assert cut(["a", "b", "c"], 2) == "a, b and c"
    assert cut(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert by_service(["s3:A", "iam:B", "s3:C"], 3) == ["s3:A and C", "iam:B"]


def test_headline_of_nothing_but_losses() -> None:
    assert headline(difference_view(comparison(lost=(PASS,)))) == "scientist loses 1 action"
