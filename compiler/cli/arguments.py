"""What can be typed: commands, arguments, help."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any

from compiler import __version__
from compiler.cli.place import account, partition, region

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LAST_PORT = 65_535

SUBJECT = "a persona, persona@version, a template or policy file, or aws:NAME, a policy of AWS's"

EXAMPLES = """\
examples:
  personac check                             everything a pull request must pass
  personac build                             compile the catalog into output/
  personac render data-scientist --set Buckets=my-data --set ExecutionRoles=arn:aws:iam::…
  personac can data-scientist s3:GetObject --resource arn:aws:s3:::my-data/a --set …
  personac diff data-scientist@1.0.0 data-scientist
                                             what a change lets people do
  personac explain unknown-action            what a rule refuses, and why
  personac demo                              the whole way, on a local AWS

exit codes:
  0 fine, warnings included   1 findings   2 usage, or a subject that cannot be read
  3 nothing to compile        4 output is stale   5 AWS refused or could not be reached
  130 interrupted
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="personac",
        description="Compile a catalog of personas into CloudFormation templates.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"personac {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _build(commands)
    _check(commands)
    _render(commands)
    _can(commands)
    _diff(commands)
    _keep(commands)
    _schema(commands)
    _explain(commands)
    _sandbox(commands)
    _demo(commands)
    _completion(commands)
    return top


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; ends the process where it is none, or asks for help."""
    top = parser()
    options, more = top.parse_known_args(arguments)
    if len(more) == 1 and not more[0].startswith("-") and getattr(options, "action", "") is None:
        # Before Python 3.13, argparse takes ACTION right after SUBJECT alone, not after an option.
        options.action = more[0]
    elif more:
        top.error(f"unrecognized arguments: {' '.join(more)}")
    return options


def _command(
    commands: Any, name: str, summary: str, examples: str, module: str | None = None
) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(run=_later(module or name))
    return added


def _later(module: str) -> Callable[[argparse.Namespace], int]:
    """The command's own module, imported when the command is run."""

    def run(options: argparse.Namespace) -> int:
        return int(import_module(f"compiler.cli.{module}").run(options))

    return run


def _folders(command: argparse.ArgumentParser, *, output: bool = True) -> None:
    command.add_argument(
        "--catalog", metavar="DIR", default="catalog", help="the catalog (default: catalog)"
    )
    if output:
        command.add_argument(
            "--output", metavar="DIR", default="output", help="the output (default: output)"
        )


def _format(command: argparse.ArgumentParser, *formats: str) -> None:
    command.add_argument(
        "--format", choices=formats, default=formats[0], help=f"default: {formats[0]}"
    )


def _build(commands: Any) -> None:
    command = _command(
        commands,
        "build",
        "compile the catalog into output/",
        "  personac build\n  personac build data-scientist ml-ops\n  personac build --check",
    )
    command.add_argument("personas", metavar="PERSONA", nargs="*", help="all, if none is named")
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 4 if output/ is stale"
    )
    _folders(command)
    _format(command, "text", "json", "sarif", "github")


def _check(commands: Any) -> None:
    command = _command(
        commands,
        "check",
        "check everything that a pull request must pass",
        "  personac check\n  personac check --format github\n"
        "  personac check --base origin/main          and what changes since then",
    )
    command.add_argument(
        "--base", metavar="REF",
        help="a commit to compare with: what changes for people, and whether versions say so",
    )  # fmt: skip
    _folders(command)
    _format(command, "text", "json", "sarif", "github")


def _render(commands: Any) -> None:
    command = _command(
        commands,
        "render",
        "print the IAM documents that a launch with given parameters makes",
        "  personac render data-scientist --set Buckets=a,b"
        " --set ExecutionRoles=arn:aws:iam::111122223333:role/personac/execution/jobs\n"
        "  personac render data-scientist@1.0.0 --set …\n"
        "  personac render output/personas/ml-ops/1.0.0.template.json --set …",
    )
    command.add_argument(
        "subject", metavar="SUBJECT", help="a persona, persona@version, or a template file"
    )
    _launch(command)
    _folders(command)
    _format(command, "text", "json")


def _can(commands: Any) -> None:
    command = _command(
        commands,
        "can",
        "say whether a request is allowed, and by which statement",
        "  personac can data-scientist sagemaker:CreateTrainingJob --set …"
        " --resource arn:aws:sagemaker:eu-west-1:111122223333:training-job/a\n"
        "  personac can aws:AmazonSageMakerFullAccess iam:PassRole"
        " --resource arn:aws:iam::111122223333:role/a"
        " --context iam:PassedToService=sagemaker.amazonaws.com\n"
        "  personac can ml-ops sts:AssumeRole --trust --principal Service:sagemaker.amazonaws.com\n"
        "  personac can ml-ops --requests acceptance.yaml\n\n"
        'a key that has several values is written as JSON: --context \'aws:TagKeys=["a","b"]\'\n\n'
        "a file of requests is a list:\n"
        "  - action: s3:GetObject\n"
        "    resource: arn:aws:s3:::my-data/a.csv\n"
        "    context: {aws:SourceVpc: vpc-1}  # may be left out, as the rest may\n"
        "    parameters: {Buckets: my-data}   # go before --set\n"
        "    expected: allowed       # or denied, implicitly-denied, explicitly-denied",
    )
    command.add_argument("subject", metavar="SUBJECT", help=SUBJECT)
    command.add_argument("action", metavar="ACTION", nargs="?", help="as s3:GetObject")
    command.add_argument("--resource", metavar="ARN", help="default: *, for what takes no ARN")
    command.add_argument(
        "--context", metavar="K=V", action="append", default=[],
        help="what the request has for a condition key; repeatable",
    )  # fmt: skip
    command.add_argument("--trust", action="store_true", help="ask the role's trust policy")
    command.add_argument(
        "--principal", metavar="KIND:NAME", help="who asks the trust policy: Service:…, AWS:ARN, …"
    )
    command.add_argument("--boundary", metavar="FILE", help="the permissions boundary's document")
    command.add_argument("--requests", metavar="FILE", help="a YAML file of requests, instead")
    _launch(command)
    _folders(command)
    _format(command, "text", "json")


def _diff(commands: Any) -> None:
    command = _command(
        commands,
        "diff",
        "compare two subjects exactly: what the new one lets people do that the old did not",
        "  personac diff data-scientist@1.0.0 data-scientist\n"
        "  personac diff aws:AmazonSageMakerFullAccess data-scientist\n"
        "  personac diff old-policy.json new-policy.json --format markdown\n\n"
        "a launch parameter that --set does not fix stands for every value that it admits;\n"
        "exits 0 where the two are equal, otherwise 1",
    )
    command.add_argument("old", metavar="OLD", help=SUBJECT)
    command.add_argument("new", metavar="NEW", help="as OLD")
    command.add_argument("--verbose", action="store_true", help="cut nothing off in text")
    command.add_argument(
        "--careful", action="store_true",
        help="let requests have condition keys that no documentation names",
    )  # fmt: skip
    _launch(command)
    _folders(command)
    _format(command, "text", "json", "markdown")


def _keep(commands: Any) -> None:
    command = _command(
        commands,
        "keep",
        "keep copies of AWS managed policies in the catalog, for checks to read",
        "  personac keep AmazonSageMakerFullAccess\n"
        "  personac keep service-role/AmazonSageMakerCanvasForecastAccess",
    )
    command.add_argument(
        "names", metavar="NAME", nargs="+",
        help="from the account where credentials are set up, else from moto's data",
    )  # fmt: skip
    _folders(command, output=False)


def _launch(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set", metavar="P=V", action="append", default=[], help="a launch parameter; repeatable"
    )
    command.add_argument("--partition", type=partition, help="default: the Region's")
    command.add_argument("--region", type=region, default="eu-west-1", help="default: eu-west-1")
    command.add_argument(
        "--account", type=account, default="111122223333", help="default: 111122223333"
    )


def _schema(commands: Any) -> None:
    command = _command(
        commands,
        "schema",
        "write the JSON Schemas that editors complete and check catalog files with",
        "  personac schema\n  personac schema --check\n  personac schema persona",
    )
    command.add_argument(
        "kind", metavar="KIND", nargs="?", help="print one schema instead of writing all"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 4 if a schema is stale"
    )
    _folders(command, output=False)


def _explain(commands: Any) -> None:
    command = _command(
        commands,
        "explain",
        "print the card of a rule: what, why, a failing and a passing example",
        "  personac explain unknown-action\n  personac explain",
    )
    command.add_argument("rule", metavar="RULE", nargs="?", help="list all rules if not given")
    command.add_argument(
        "--write", action="store_true", help="write compiler/rules/README.md from the cards"
    )
    command.add_argument(
        "--check", action="store_true", help="exit 4 if compiler/rules/README.md is stale"
    )
    _format(command, "text", "json")


def _sandbox(commands: Any) -> None:
    command = _command(
        commands,
        "sandbox",
        "run a local AWS on 127.0.0.1",
        "  personac sandbox\n  personac sandbox --port 5001",
    )
    command.add_argument("--port", type=_port, default=5000, help="default: 5000; 0: a free one")


def _demo(commands: Any) -> None:
    command = _command(
        commands,
        "demo",
        "show the main job on the sandbox: build, check, deploy, read back",
        "  personac demo",
    )
    _folders(command)


def _completion(commands: Any) -> None:
    command = _command(
        commands,
        "completion",
        "print a shell's completion script",
        '  eval "$(personac completion bash)"\n  personac completion zsh > ~/.zfunc/_personac',
    )
    command.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh"))


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        message = f"'{text}' is no port; a port is a number up to {LAST_PORT}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
