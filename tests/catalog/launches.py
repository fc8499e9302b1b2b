"""What the tests of the catalog launch: the catalog of this repository, compiled and rendered."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import chain, combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.build import compile_persona
from compiler.load import load, read_tree
from compiler.render import Launch, Rendered, render
from tests import brute_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compiler.catalog import Catalog, Persona
    from tests.brute_force import Context, Decision

Document = dict[str, Any]

REPOSITORY = Path(__file__).parents[2]

ACCOUNT = "111122223333"
REGION = "eu-west-1"
ELSEWHERE = "us-east-1"
"""Another Region."""

PERSONAS = ("all-ml-activities", "data-scientist", "ml-ops", "sagemaker-compute-role")
PEOPLE = ("all-ml-activities", "data-scientist", "ml-ops")

CONTROLS = {"network": ("Subnets", "SecurityGroups"), "encryption": ("VolumeKey", "DataKey")}
"""Each control, and the parameters that switch it on."""

MODES = tuple(chain.from_iterable(combinations(CONTROLS, each) for each in range(3)))
"""Every combination of controls: none, network, encryption, both."""

SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-0123456789abcdef0"]
GROUPS = ["sg-0a1b2c3d4e5f60718", "sg-0123456789abcdef0"]
_KEYS = f"arn:aws:kms:{REGION}:{ACCOUNT}:key"
VOLUME_KEY = f"{_KEYS}/1234abcd-12ab-34cd-56ef-1234567890ab"
DATA_KEY = f"{_KEYS}/mrk-1234abcd12ab34cd56ef1234567890ab"
EXECUTION_ROLES = [
    f"arn:aws:iam::{ACCOUNT}:role/personac/execution/fraud-training",
    f"arn:aws:iam::{ACCOUNT}:role/personac/execution/fraud-inference",
]

RUNTIME_ROLE = f"arn:aws:iam::{ACCOUNT}:role/personac/execution/fraud-spark"
"""What Spark runs with on EMR Serverless."""

KENDRA_INDEX = "1234abcd-12ab-34cd-56ef-1234567890ab"

VALUES = {
    "AthenaWorkgroups": "fraud-analysts,fraud-reports",
    "Buckets": "fraud-data,fraud-models,fraud-results",
    "DataKey": DATA_KEY,
    "ExecutionRoles": ",".join(EXECUTION_ROLES),
    "GlueDatabases": "fraud_events,customers",
    "ImageRepositories": "fraud/training,fraud/inference",
    "InputBuckets": "fraud-data,fraud-models",
    "InputLocations": "fraud-data/train,fraud-models/base/model.tar.gz",
    "KendraIndexes": KENDRA_INDEX,
    "OutputLocations": "fraud-results/training",
    "RuntimeRoles": RUNTIME_ROLE,
    "SecurityGroups": ",".join(GROUPS),
    "Subnets": ",".join(SUBNETS),
    "VolumeKey": VOLUME_KEY,
}

RIGHT: dict[str, str | list[str]] = {
    "sagemaker:VpcSubnets": SUBNETS,
    "sagemaker:VpcSecurityGroupIds": GROUPS,
    "sagemaker:VolumeKmsKeyArn": VOLUME_KEY,
    "sagemaker:OutputKmsKeyArn": DATA_KEY,
}
"""The keys that the controls hold, as a request has them that keeps to both."""

STUDIO: dict[str, str | list[str]] = {
    "sagemaker:DomainId": "d-abcdefghijkl",
    "sagemaker:UserProfileName": "ada",
}
"""What Studio puts into the session of its user."""


def arn(resource: str, service: str = "sagemaker", region: str = REGION) -> str:
    """The ARN of something in the account of the launch."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


@cache
def catalog() -> Catalog:
    """The catalog of this repository, free of mistakes."""
    tree, unreadable = read_tree(REPOSITORY / "catalog")
    loaded = load("catalog", tree)
    assert not unreadable
    assert not loaded.diagnostics
    return loaded.catalog


def with_persona(name: str, **changes: Any) -> Catalog:
    """The catalog with another form of one of its personas."""
    before = catalog()
    persona: Persona = replace(before.personas[name], **changes)
    return replace(before, personas={**before.personas, name: persona})


def compiled(name: str, among: Catalog) -> Document:
    """The template of a persona of a catalog."""
    product, problems = compile_persona(among, name)
    assert not problems
    assert product
    return product.template.body


@cache
def template(name: str) -> Document:
    """The template of a persona of this repository."""
    return compiled(name, catalog())


@cache
def alone(activity: str) -> Document:
    """The template of a persona that has one activity and both controls, optional."""
    return compiled("data-scientist", with_persona("data-scientist", activities=(activity,)))


def values(body: Document, controls: Iterable[str]) -> dict[str, str]:
    """Realistic values for the parameters of a template, with these controls on.

    What has none here keeps its default, as the questions about a user profile do.
    """
    off = {name for control in CONTROLS if control not in controls for name in CONTROLS[control]}
    asked = body.get("Parameters", {}).keys() & VALUES.keys()
    return {name: VALUES[name] for name in sorted(asked - off)}


def trusted(body: Document) -> Document:
    """The trust policy of the role that a template makes."""
    trust = launched(body, CONTROLS).trust
    assert trust is not None
    return trust


def launched(body: Document, controls: Iterable[str] = (), **place: str) -> Rendered:
    """A launch of a template with realistic values."""
    return render(body, Launch(parameters=values(body, controls), **place))


def documents(rendered: Rendered) -> tuple[Document, ...]:
    """The permissions policies of a role, those of AWS apart."""
    return tuple(each.document for each in rendered.policies)


@cache
def policies(name: str, controls: tuple[str, ...] = ()) -> tuple[Document, ...]:
    """The permissions policies that a launch of a persona makes, those of AWS apart."""
    return documents(launched(template(name), controls))


@cache
def attached(name: str) -> tuple[Document, ...]:
    """The AWS managed policies of a persona, as AWS published them."""
    return tuple(managed(each) for each in catalog().personas[name].managed_policies)


@cache
def _managed() -> dict[str, Any]:
    # The file alone: importing moto.iam takes two seconds.
    package = find_spec("moto")
    assert package
    assert package.submodule_search_locations
    file = Path(package.submodule_search_locations[0], "iam", "aws_managed_policies.py")
    spec = spec_from_file_location("managed_policies", file)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = json.loads(module.aws_managed_policies_data)
    return found


def managed(name: str) -> Document:
    """An AWS managed policy, as AWS published it: moto keeps them all."""
    document: Document = _managed()[name.rpartition("/")[2]]["Document"]
    return document


def all_managed() -> dict[str, Document]:
    """Name to document of every AWS managed policy."""
    return {name: each["Document"] for name, each in _managed().items()}


def everything(name: str, controls: tuple[str, ...] = ()) -> tuple[Document, ...]:
    """All permissions policies of a persona, those of AWS included."""
    return (*policies(name, controls), *attached(name))


def decide(
    held: Iterable[Document],
    action: str,
    resource: str = "*",
    context: Mapping[str, str | list[str]] | None = None,
) -> Decision:
    """Decide a request; see brute_force."""
    return brute_force.decide(held, action, resource, context)


def statements(held: Iterable[Document], effect: str | None = None) -> list[Document]:
    """All statements of documents, or those of one effect."""
    return [
        each
        for document in held
        for each in document["Statement"]
        if effect in (None, each["Effect"])
    ]


def several(value: str | list[str]) -> list[str]:
    """A value of a policy that may stand without brackets, as a list."""
    return [value] if isinstance(value, str) else value


def compared(statement: Document) -> Iterable[tuple[str, str, list[str]]]:
    """Operator, key and values of each comparison of a statement."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, found in keys.items():
            yield operator, key, several(found)


def without(context: Context, *keys: str) -> dict[str, str | list[str]]:
    """A context that lacks some keys."""
    return {
        key: value if isinstance(value, str) else list(value)
        for key, value in context.items()
        if key not in keys
    }
