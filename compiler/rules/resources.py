"""Resources: well-formed ARNs, of a type that the actions take, no broader than they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler import expression, pattern
from compiler.iam import arn, reference
from compiler.resolve import setting_in_pattern
from compiler.rules.view import error, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import StatementView, View

EVERYTHING = "*"
_PSEUDO = arn.Step(frozenset("abcdefghijklmnopqrstuvwxyz0123456789-."), many=True)


def check(view: View) -> Iterator[Diagnostic]:
    """Every resource of every statement."""
    for statement in view.statements:
        if statement.folder == "activities":
            yield from _statement(view, statement)


def _statement(view: View, statement: StatementView) -> Iterator[Diagnostic]:
    shapes: dict[int, arn.Steps] = {}
    for index, text in enumerate(statement.resources):
        tokens = parsed(text)
        if text == EVERYTHING or tokens is None:
            continue
        if _is_arn(view.catalog, tokens):
            shapes[index] = _steps(view.catalog, tokens)
        else:
            message = f"'{text}' is no ARN of six segments, arn:partition:service:region:account:resource"
            yield error("malformed-arn", message, statement.place("resources", index))
    yield from _types(statement, shapes)
    yield from _breadth(statement)


def _is_arn(catalog: Catalog, tokens: expression.Expression) -> bool:
    """Whether a text, or the pattern of the parameter that it is, begins `arn:` and has six segments."""
    if len(tokens) == 1 and isinstance(tokens[0], expression.Parameter):
        node = _pattern(catalog, tokens[0].name)
        text = pattern.shortest(node) if node else "arn:::::"
    else:
        text = "".join(
            each.text if isinstance(each, expression.Text) else "x" for each in tokens
        )
    return text.startswith("arn:") and text.count(":") >= arn.SEGMENTS - 1


def _pattern(catalog: Catalog, name: str) -> pattern.Node | None:
    found = catalog.parameters.get(name)
    try:
        return pattern.parse(setting_in_pattern(catalog, found.pattern)) if found else None
    except (pattern.PatternError, AttributeError):
        return None


def _steps(catalog: Catalog, tokens: expression.Expression) -> arn.Steps:
    steps: list[arn.Step] = []
    for token in tokens:
        match token:
            case expression.Text(text):
                steps += arn.literal(text)
            case expression.Pseudo():
                steps.append(_PSEUDO)
            case expression.Parameter(name) if node := _pattern(catalog, name):
                steps.append(arn.Step(pattern.alphabet(node), many=True))
            case _:
                steps.append(arn.ANY)
    return tuple(steps)


def _types(statement: StatementView, shapes: dict[int, arn.Steps]) -> Iterator[Diagnostic]:
    everywhere = EVERYTHING in statement.resources
    used: set[int] = set()
    for index, several in enumerate(statement.expanded):
        if not several:
            continue
        untyped = [each for each in several if not each.resource_types]
        if len(untyped) == len(several) and not everywhere:
            written = statement.statement.actions[index]
            message = f"{written} takes no resource types: it is granted on '*' or not at all"
            hint = "give it a statement of its own on '*'"
            yield error("needs-star", message, statement.place("actions", index), hint)
            continue
        matched = {
            number
            for each in several
            for number, shape in shapes.items()
            if any(arn.overlap(shape, arn.documented(one)) for one in _documented(each))
        }
        used |= matched
        if not matched and not everywhere and shapes and not untyped:
            written = statement.statement.actions[index]
            types = ", ".join(dict.fromkeys(one for each in several for one in each.resource_types))
            message = f"{written} takes none of these resources; its types are {types}"
            hint = f"as {next(iter(_documented(several[0])), '*')}"
            yield error("resource-type", message, statement.place("actions", index), hint)
    if all(statement.expanded):
        for number in shapes:
            if number not in used:
                message = f"no action of this statement takes '{statement.resources[number]}'"
                place = statement.place("resources", number)
                yield error("resource-type", message, place)


def _documented(action: reference.Action) -> tuple[str, ...]:
    service = reference.service(action.service)
    arns = service.resource_arns if service else {}
    return tuple(arns[each] for each in action.resource_types if each in arns)


def _breadth(statement: StatementView) -> Iterator[Diagnostic]:
    if statement.statement.effect == "Deny":
        return
    # rules/pass_role.py says more of iam:PassRole.
    typed = [each for each in statement.actions if each.needs_resource and each.name != "PassRole"]
    for index, text in enumerate(statement.resources):
        if not typed or not (text == EVERYTHING or text.endswith(":*/*")):
            continue
        message = f"'{text}' is broader than {typed[0]} needs, which takes {_or(typed[0])}"
        hint = "name the resources; a persona that is broad on purpose says 'broad: true'"
        place = statement.place("resources", index)
        yield error("broad-resource", message, place, hint, severity=statement.breadth)


def _or(action: reference.Action) -> str:
    return " or ".join(action.resource_types)
