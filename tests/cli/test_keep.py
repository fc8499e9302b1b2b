"""`personac keep`: what checks read of AWS is in the catalog, and says where it is from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from compiler.cli.subjects import kept_alone
from compiler.subject import SubjectError

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

READ_ONLY = "AmazonSageMakerReadOnly"


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.cli.subjects.has_credentials", lambda: False)


def test_a_copy_is_written_once(shell: Shell) -> None:
    first = shell("keep", READ_ONLY)
    path = next((shell.folder / "catalog/aws_managed" / READ_ONLY).iterdir())
    shown = path.relative_to(shell.folder).as_posix()
    body = json.loads(path.read_bytes())

    assert first.code == 0
    assert first.out == f"wrote {shown}, from {body['source']}\n"
    assert body["arn"] == f"arn:aws:iam::aws:policy/{READ_ONLY}"
    assert body["version"] == path.stem
    assert body["document"]["Statement"]

    assert (
        shell("keep", f"aws:{READ_ONLY}").out == f"kept already: {shown}, from {body['source']}\n"
    )


def test_a_check_reads_kept_copies_alone(shell: Shell) -> None:
    with pytest.raises(SubjectError) as refused:
        kept_alone("catalog")(READ_ONLY)
    assert str(refused.value) == (
        f"the catalog keeps no copy of {READ_ONLY}; 'personac keep {READ_ONLY}' makes one"
    )

    shell("keep", READ_ONLY)

    assert kept_alone("catalog")(READ_ONLY).name == READ_ONLY


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (f"{READ_ONLY[:-1]}", f"did you mean '{READ_ONLY}'?"),
        (READ_ONLY.lower(), f"did you mean '{READ_ONLY}'?"),
        (f"service-role/{READ_ONLY}", "it keeps one of that name on another path"),
    ],
)
def test_a_name_that_is_nearly_one_that_is_kept(shell: Shell, name: str, hint: str) -> None:
    shell("keep", READ_ONLY)

    with pytest.raises(SubjectError) as refused:
        kept_alone("catalog")(name)

    assert str(refused.value) == f"the catalog keeps no copy of {name}; {hint}"


def test_a_name_that_does_not_exist(shell: Shell) -> None:
    said = shell("keep", "AmazonSageMakerReadOnyl")

    assert said.code == 2
    assert said.err == (
        "personac: there is no AWS managed policy 'AmazonSageMakerReadOnyl';"
        " did you mean 'AmazonSageMakerReadOnly'?\n"
    )
    assert not (shell.folder / "catalog/aws_managed").exists()


def test_a_catalog_that_does_not_exist(shell: Shell) -> None:
    said = shell("keep", READ_ONLY, "--catalog", "nowhere")

    assert said.code == 3
    assert said.err == "personac: there is no folder 'nowhere'\n"
