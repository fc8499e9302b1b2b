"""Resources: well-formed ARNs, of a type that the actions take, no broader than they must be."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler import expression, pattern
from compiler.diagnostic import error
from compiler.iam import arn, quota, reference
from compiler.launch_parameter import setting_in_pattern
from compiler.rules.card import Card, activity
from compiler.rules.view import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.catalog import Catalog
    from compiler.diagnostic import Diagnostic
    from compiler.place import Place
    from compiler.rules.view import StatementView, View

_FILE = "activities/example.yaml"
_TYPES = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)


def _example(action: str, resource: str) -> str:
    return activity(f"""\
        - sid: Example
          actions: [{action}]
          resources: ["{resource}"]
        """)


_OBJECTS = "arn:${AWS::Partition}:s3:::${Buckets}/*"

CARDS = (
    Card(
        rule="malformed-arn",
        what="A resource that is neither * nor an ARN of six segments.",
        why="IAM refuses the policy, and so the launch.",
        file=_FILE,
        failing=_example("s3:GetObject", "arn:aws:s3:${Buckets}/*"),
        passing=_example("s3:GetObject", _OBJECTS),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    ),
    Card(
        rule="resource-type",
        what="An ARN of a type that the action does not take.",
        why="The permission never applies: what a request names is never such a resource.",
        file=_FILE,
        failing=_example("s3:ListBucket", _OBJECTS),
        passing=_example("s3:ListBucket", "arn:${AWS::Partition}:s3:::${Buckets}"),
        source=_TYPES,
    ),
    Card(
        rule="needs-star",
        what="An action without resource types on anything but *.",
        why="The permission never applies: a request for the action names no resource.",
        file=_FILE,
        failing=_example("s3:ListAllMyBuckets", "arn:${AWS::Partition}:s3:::${Buckets}"),
        passing=_example("s3:ListAllMyBuckets", "*"),
        source=_TYPES,
    ),
    Card(
        rule="broad-resource",
        what="An action on * that takes resources, in a persona that is not marked broad, and in a"
        " statement that does not say under 'broad' why AWS needs it.",
        why="It reaches what every other team has in the account.",
        file=_FILE,
        failing=_example("s3:GetObject", "*"),
        passing=_example("s3:GetObject", _OBJECTS),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    ),
)

EVERYTHING = "*"
_PSEUDO = arn.Step(frozenset("abcdefghijklmnopqrstuvwxyz0123456789-."), many=True)


def check(view: View) -> Iterator[Diagnostic]:
    """Every resource of every statement."""
    for statement in view.statements:
        if statement.folder != "trusts":
            yield from _statement(view, statement)


def _statement(view: View, statement: StatementView) -> Iterator[Diagnostic]:
    shapes: dict[int, arn.Steps] = {}
    for index, (text, place) in enumerate(_named(statement)):
        tokens = parsed(text)
        if text == EVERYTHING or tokens is None:
            continue
        if _is_arn(view.catalog, tokens):
            shapes[index] = resource_steps(view.catalog, tokens)
        else:
            message = f"'{text}' is no ARN of six segments"
            hint = "write arn:partition:service:region:account:resource, each may be empty"
            yield error("malformed-arn", message, place, hint)
    yield from _types(statement, shapes)
    yield from _breadth(view.catalog, statement)


def _named(statement: StatementView) -> tuple[tuple[str, Place], ...]:
    """The resources of a statement, and those that it is not about, with their places."""
    lists = {"resources": statement.resources, "except_resources": statement.except_resources}
    return tuple(
        (text, statement.place(key, index))
        for key, texts in lists.items()
        for index, text in enumerate(texts)
    )


def _is_arn(catalog: Catalog, tokens: expression.Expression) -> bool:
    """Whether a text, or the pattern of the parameter that it is, has the six segments."""
    if len(tokens) == 1 and isinstance(tokens[0], expression.Parameter):
        node = sound_pattern(catalog, tokens[0].name)
        text = pattern.shortest(node) if node else "arn:::::"
    else:
        text = "".join(each.text if isinstance(each, expression.Text) else "x" for each in tokens)
    return text.startswith("arn:") and text.count(":") >= arn.SEGMENTS - 1


@lru_cache(maxsize=4096)
def sound_pattern(catalog: Catalog, name: str) -> pattern.Node | None:
    """The pattern of a parameter; None where it is not sound, which another rule says."""
    found = catalog.parameters.get(name)
    try:
        node = pattern.parse(setting_in_pattern(catalog, found.pattern)) if found else None
    except (pattern.PatternError, AttributeError):
        return None
    return node if node and pattern.size(node) <= quota.PARAMETER_VALUE else None


def resource_steps(catalog: Catalog, tokens: expression.Expression) -> arn.Steps:
    """A resource as a pattern, its parameters held to their own."""
    steps: list[arn.Step] = []
    for token in tokens:
        match token:
            case expression.Text(text):
                steps += arn.literal(text)
            case expression.Pseudo():
                steps.append(_PSEUDO)
            case expression.Parameter(name) if node := sound_pattern(catalog, name):
                steps += _shape(node)
            case _:
                steps.append(arn.ANY)
    return tuple(steps)


def _shape(node: pattern.Node) -> arn.Steps:
    """Steps that admit whatever a pattern admits, and little more."""
    match node:
        case pattern.Characters(allowed):
            return (arn.Step(allowed),)
        case pattern.Sequence(parts):
            return tuple(step for part in parts for step in _shape(part))
        case _:
            return (arn.Step(pattern.alphabet(node), many=True),)


def _types(statement: StatementView, shapes: dict[int, arn.Steps]) -> Iterator[Diagnostic]:
    everywhere = EVERYTHING in statement.resources

    prefixes = {number: arn.resource_prefix(shape) for number, shape in shapes.items()}

    @cache
    def meets(number: int, documented: str) -> bool:
        begun, known = prefixes[number], _prefix(documented)
        if not (begun.startswith(known) or known.startswith(begun)):
            return False
        return arn.overlap(shapes[number], arn.documented(documented))

    used: set[int] = set()
    said = False
    for index, several in enumerate(statement.expanded):
        if not several:
            continue
        untyped = [each for each in several if not each.resource_types]
        if len(untyped) == len(several) and not everywhere:
            written = statement.statement.actions[index]
            message = f"{written} takes no resource types: it is granted on '*' or not at all"
            hint = "give it a statement of its own on '*'"
            yield error("needs-star", message, statement.place("actions", index), hint)
            said = True
            continue
        matched = {
            number
            for each in several
            for number in shapes
            if any(meets(number, one) for one in _documented(each))
        }
        used |= matched
        if not matched and not everywhere and shapes and not untyped:
            written = statement.statement.actions[index]
            types = ", ".join(dict.fromkeys(one for each in several for one in each.resource_types))
            message = f"{written} takes none of these resources; its types are {types}"
            hint = f"as {' or '.join(_documented(several[0])[:3]) or EVERYTHING}"
            yield error("resource-type", message, statement.place("actions", index), hint)
            said = True
    if all(statement.expanded) and not said:
        for number in shapes:
            if number not in used:
                text, place = _named(statement)[number]
                message = f"no action of this statement takes '{text}'"
                yield error("resource-type", message, place)


@cache
def _prefix(documented: str) -> str:
    return arn.resource_prefix(arn.documented(documented))


def _documented(action: reference.Action) -> tuple[str, ...]:
    service = reference.service(action.service)
    arns = service.resource_arns if service else {}
    return tuple(arns[each] for each in action.resource_types if each in arns)


def _breadth(catalog: Catalog, statement: StatementView) -> Iterator[Diagnostic]:
    reason = getattr(statement.statement, "broad", None)
    if statement.statement.effect == "Deny":
        if reason and statement.folder == "activities":
            message = "a Deny may be as broad as it likes: it needs no reason"
            yield error("broad-resource", message, statement.place("broad", on="key"), "remove it")
        return
    # rules/pass_role.py says more of iam:PassRole.
    typed = [each for each in statement.actions if _names_one(each) and each.name != "PassRole"]
    broad = [
        index for index, text in enumerate(statement.resources) if typed and _is_broad(text, typed)
    ]
    if reason and statement.actions and not broad and not _passes_widely(catalog, statement):
        message = "no resource of this statement is broader than its actions need"
        yield error("broad-resource", message, statement.place("broad", on="key"), "remove it")
    for index in () if reason else broad:
        text = statement.resources[index]
        message = f"'{text}' is broader than {typed[0]} needs, which takes {_or(typed[0])}"
        hint = "name the resources; a persona that is broad on purpose says 'broad: true'"
        place = statement.place("resources", index)
        yield error("broad-resource", message, place, hint, severity=statement.breadth)


def names_execution_path(catalog: Catalog, tokens: expression.Expression) -> bool:
    """Whether a resource names roles of the execution path, and no others."""
    begun = arn.resource_prefix(resource_steps(catalog, tokens))
    return begun.startswith(f"role{catalog.settings.execution_role_path}")


def _passes_widely(catalog: Catalog, statement: StatementView) -> bool:
    """Whether rules/pass_role.py refuses a resource, for which no reason is good enough."""
    return any(each.name == "PassRole" for each in statement.actions) and any(
        not names_execution_path(catalog, tokens)
        for text in statement.resources
        if (tokens := parsed(text)) and not isinstance(tokens[0], expression.Parameter)
    )


def _is_broad(text: str, typed: list[reference.Action]) -> bool:
    """Whether a resource begins with a wildcard where all documented ones begin with a word."""
    if text == EVERYTHING or text.endswith(":*/*"):
        return True
    words = (one.text if isinstance(one, expression.Text) else "x" for one in parsed(text) or ())
    *_, resource = "".join(words).split(":", arn.SEGMENTS - 1)
    named = all(_prefix(one) for action in typed for one in _documented(action))
    return named and resource.startswith(("*", "?"))


def _names_one(action: reference.Action) -> bool:
    """Whether every request names a resource: of the type required, or of one of several."""
    return action.needs_resource or len(action.resource_types) > 1


def _or(action: reference.Action) -> str:
    return " or ".join(action.resource_types)
