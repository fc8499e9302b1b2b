"""`personac render`: the IAM documents that a launch makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.place import launch
from compiler.cli.reading import template_body, values
from compiler.iam.quota import characters
from compiler.intrinsics import ParameterError, RenderError
from compiler.render import render
from compiler.subject import unrendered

if TYPE_CHECKING:
    from argparse import Namespace

    from compiler.render import Rendered


def run(options: Namespace) -> int:
    """Resolve a subject's template with the values given."""
    where = launch(options, values(options.set))
    body = template_body(options.subject, options.catalog, options.output)
    try:
        rendered = render(body, where)
    except ParameterError as error:
        problems = "\n".join(f"  {each}" for each in error.problems)
        raise Stop(Exit.USAGE, f"{options.subject} cannot be launched so:\n{problems}") from error
    except RenderError as error:
        raise Stop(Exit.USAGE, str(unrendered(options.subject, error))) from error
    # What only AWS knows, as the ARN of another role, stands there by its name in the template.
    seen = json.loads(json.dumps(view(rendered), default=str))
    if options.format == "json":
        print(json.dumps(seen, indent=2))
    else:
        _text(seen)
    return Exit.FINE


def view(rendered: Rendered) -> dict[str, Any]:
    """What others build on: `personac.render/1`."""
    return {
        "schema": "personac.render/1",
        "trust": rendered.trust,
        "policies": [{"name": each.name, "document": each.document} for each in rendered.policies],
        "managed_policy_arns": list(rendered.managed_policy_arns),
        "permissions_boundary": rendered.permissions_boundary,
    }


def _text(seen: dict[str, Any]) -> None:
    if seen["trust"] is None:
        print("# trust policy: none, since no role is made\n")
    documents = [("trust policy", seen["trust"])] if seen["trust"] else []
    documents += [(each["name"], each["document"]) for each in seen["policies"]]
    for name, document in documents:
        print(f"# {name}: {characters(document):,} characters")
        print(json.dumps(document, indent=2))
        print()
    for arn in seen["managed_policy_arns"]:
        print(f"# attached: {arn}")
    print(f"# permissions boundary: {seen['permissions_boundary'] or 'none'}")
