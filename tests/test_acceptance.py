"""What each persona must allow and must not: tests/acceptance/<persona>.yaml.

The tables are written from what a persona is for, not from its statements, and are answered by what
`personac can` asks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.asking import Asking
from compiler.build import compile_persona
from compiler.cli.subjects import kept_alone
from compiler.diagnostic import settle
from compiler.load import load, read_tree
from compiler.render import Launch
from compiler.report.decision import table
from compiler.requests import questions
from compiler.subject import Subject
from tests.small import report

if TYPE_CHECKING:
    from compiler.catalog import Catalog
    from compiler.requests import Question
    from compiler.source import Source

ROOT = Path(__file__).parents[1]
LEAST = 15
"""Requests that a persona must allow, and requests that it must not."""

CHANGES = re.compile("iam:(?!Get|List|PassRole)")
"""Actions that change IAM."""


def file(persona: str) -> Path:
    return ROOT / "tests" / "acceptance" / f"{persona}.yaml"


def files() -> list[str]:
    return sorted(each.stem for each in (ROOT / "tests" / "acceptance").glob("*.yaml"))


def personas() -> list[str]:
    return sorted(each.stem for each in (ROOT / "catalog" / "personas").glob("*.yaml"))


@cache
def catalog() -> Catalog:
    tree, unread = read_tree(ROOT / "catalog")
    loaded = load("catalog", tree)
    assert not report(settle((*unread, *loaded.diagnostics), loaded.sources)).strip()
    return loaded.catalog


@cache
def asking(persona: str) -> Asking:
    product, problems = compile_persona(catalog(), persona)
    assert product, problems
    body = product.template.body
    subject = Subject(name=persona, kind="template", body=body, source="catalog")
    where = Launch(region="eu-west-1", account="111122223333")
    return Asking(subject, where, kept_alone(str(ROOT / "catalog")))


def read(persona: str) -> tuple[tuple[Question, ...], Source]:
    """The requests of a persona. A doubt is a mistake here: what nobody can ask is always denied."""
    path = file(persona)
    shown = path.relative_to(ROOT).as_posix()
    found, source, diagnostics = questions(shown, path.read_bytes())
    assert source
    assert not diagnostics, report(settle(diagnostics, {shown: source}))
    return found, source


def mismatches(persona: str, asked: tuple[Question, ...], source: Source) -> list[str]:
    """The requests that are not answered as expected, one a line, with file and line."""
    views: list[dict[str, Any]] = [asking(persona).view(each, source) for each in asked]
    wrong = [each for each in views if not each["as_expected"]]
    return ["".join(text for _, text in line) for line in table(wrong)] if wrong else []


def written(each: Question, source: Source) -> str:
    assert each.place
    return f"{source.path}:{source.locate(each.place).line}"


@pytest.mark.parametrize("name", sorted({*files(), *personas()}))
def test_each_persona_has_a_file_and_each_file_a_persona(name: str) -> None:
    persona = catalog().personas.get(name)

    assert persona, f"{file(name).name} is about no persona"
    # A product that makes a domain gives nobody a role or a policy.
    assert file(name).is_file() == (persona.kind != "domain"), f"acceptance of a {persona.kind}"


@pytest.mark.parametrize("name", files())
def test_a_file_asks_enough(name: str) -> None:
    found, source = read(name)

    assert source.text.startswith("# "), "the first lines say what the persona is for"
    assert [written(each, source) for each in found if each.expected is None] == []
    seen = Counter(f"{each.request} {sorted(each.parameters.items())}" for each in found)
    assert [each for each, number in seen.items() if number > 1] == []
    allowed = sum(each.expected == "allowed" for each in found)
    assert allowed >= LEAST
    assert len(found) - allowed >= LEAST
    # No persona can change IAM.
    refused = {each.request.action for each in found if each.expected != "allowed"}
    assert len([each for each in refused if CHANGES.match(each)]) >= 3
    if catalog().personas[name].trust:
        trust = {each.expected == "allowed" for each in found if each.request.principal}
        assert trust == {True, False}


@pytest.mark.parametrize("name", files())
def test_requests_are_answered_as_expected(name: str) -> None:
    found = mismatches(name, *read(name))

    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("name", ["data-science-administrator", "data-science-engineer"])
def test_a_request_has_the_tag_of_its_role_whether_it_says_so_or_not(name: str) -> None:
    found, source = read(name)
    tag = ("aws:PrincipalTag/personac:persona", name)
    unsaid = []
    for each in found:
        context = [one for one in each.request.context.items() if one != tag]
        if len(context) < len(each.request.context):
            unsaid.append(replace(each, request=replace(each.request, context=dict(context))))

    assert unsaid
    assert mismatches(name, tuple(unsaid), source) == []


def test_a_mismatch_is_told_with_its_line() -> None:
    text = """\
- parameters: {ExecutionRoles: "arn:aws:iam::111122223333:role/personac/execution/jobs"}
- action: iam:CreateUser
  resource: arn:aws:iam::111122223333:user/eve
  expected: allowed
- action: sagemaker:ListEndpoints
  expected: allowed
"""
    asked, source, _ = questions("acceptance.yaml", text.encode())
    assert source

    assert "\n".join(mismatches("ml-ops", asked, source)) == (
        "✗ implicitly-denied  iam:CreateUser  arn:aws:iam::111122223333:user/eve"
        "  expected allowed  acceptance.yaml:2\n"
        "1 request: 0 as expected, 1 not"
    )
