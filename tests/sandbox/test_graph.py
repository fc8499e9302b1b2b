"""Objects as rows of JSON: what was one thing is one thing again."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Network
from typing import Any
from uuid import UUID

import pytest
from moto.ec2.models.security_groups import SecurityGroup

from compiler.sandbox.faults import FaultKind
from compiler.sandbox.graph import GraphError, Reader, Writer
from compiler.sandbox.service_catalog.portfolio import Principal
from compiler.sandbox.service_catalog.share import Share


def again(value: Any) -> Any:
    writer = Writer(lambda _: None)
    root = writer.write(value)
    text = json.dumps([root, writer.rows])
    root, rows = json.loads(text)
    return Reader(rows, pytest.fail).read(root)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1,
        1.5,
        "text",
        b"\x00\xff",
        (1, ("a", None)),
        frozenset({1, 2}),
        {1, (2, 3)},
        deque([1, 2]),
        OrderedDict(b=1, a=2),
        {(1, "a"): [1], None: {}},
        datetime(2026, 11, 24, 15, 0, 1, 5, tzinfo=UTC),
        date(2026, 11, 24),
        timedelta(days=1, microseconds=5),
        Decimal("1.10"),
        UUID(int=7),
        IPv4Network("10.0.0.0/16"),
        FaultKind.LOST,
        Share,
        Principal("arn", "IAM"),
        {Principal("arn", "IAM"): None},
    ],
    ids=repr,
)
def test_a_value_comes_back_as_what_it_was(value: Any) -> None:
    found = again(value)

    assert found == value
    assert type(found) is type(value)


def test_a_dictionary_with_a_default_keeps_it() -> None:
    found = again(defaultdict(list, {"a": [1]}))

    assert found["a"] == [1]
    assert found["b"] == []


def test_what_is_shared_stays_shared_and_circles_close() -> None:
    share = Share("ACCOUNT", "1", accepted=True, share_tag_options=False, share_principals=False)
    held: dict[str, Any] = {"share": share, "list": [share]}
    held["self"] = held

    found = again(held)

    assert found["self"] is found
    assert found["list"][0] is found["share"]
    assert (found["share"].principal_id, found["share"].accepted) == ("1", True)


def test_a_method_belongs_to_its_object_again() -> None:
    group: Any = SecurityGroup.__new__(SecurityGroup)
    group.group_name = "one"

    method = again([group.filter_group_name])[0]

    assert (method(["one"]), method(["two"])) == (True, False)


SHARE = "compiler.sandbox.service_catalog.share:Share"


@pytest.mark.parametrize("name", ["detail", "__class__", "__dict__", "__init__"])
def test_a_member_cannot_take_the_place_of_a_method(name: str) -> None:
    row = ["object", SHARE, [], {"members": [[name, 1]]}, [], []]

    with pytest.raises(GraphError, match=name):
        Reader([row], pytest.fail).read({"row": 0})


def test_only_methods_that_moto_keeps_are_found_again() -> None:
    row = ["object", SHARE, [], {"value": None}, [], []]

    with pytest.raises(GraphError, match="no method that is saved"):
        Reader([row], pytest.fail).read({"method": [{"row": 0}, "detail"]})


def test_the_machinery_of_moto_is_no_state() -> None:
    row = [
        "object",
        "moto.moto_api._internal.recorder.models:Recorder",
        [],
        {"value": None},
        [],
        [],
    ]

    with pytest.raises(GraphError, match="Recorder is no class"):
        Reader([row], pytest.fail).read({"row": 0})


@pytest.mark.parametrize(
    "value",
    [lambda: None, len, object(), json, open, pytest.Mark, defaultdict(lambda: 1)],
    ids=["lambda", "builtin", "object", "module", "open", "class", "default"],
)
def test_what_is_not_ours_cannot_be_saved(value: Any) -> None:
    with pytest.raises(GraphError):
        Writer(lambda _: None).write(value)


@pytest.mark.parametrize(
    ("root", "rows"),
    [
        ({"row": 0}, []),
        ({"row": 0}, [["nothing"]]),
        ({"row": 0}, [["object", "builtins:eval", ["1"], {"value": None}, [], []]]),
        ({"class": "os:system"}, []),
        ({"enum": ["compiler.sandbox.faults:FaultKind", "NONE"]}, []),
        ({"method": [1, "__class__"]}, []),
        ({"bytes": 5}, []),
        ({"unknown": 5}, []),
        ({"a": 1, "b": 2}, []),
        ({"row": 0}, [["set", [{"row": 1}]], ["list", []]]),
    ],
)
def test_rows_that_nobody_wrote_are_refused(root: Any, rows: Any) -> None:
    with pytest.raises(GraphError):
        Reader(rows, lambda _: None).read(root)
