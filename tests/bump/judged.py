"""Small templates, and the verdict on a change from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.bump import Bump, bump
from compiler.cases import cases
from compiler.comparison import compare
from compiler.render import Launch
from tests.roles import NOTHING, Json, allow, deny, given, parameter, subject, template, when

if TYPE_CHECKING:
    from compiler.subject import Attached

READ = allow("Read", "s3:GetObject", "arn:aws:s3:::a/*")
WRITE = allow("Write", "s3:PutObject", "arn:aws:s3:::a/*")
OPTION = template(
    READ,
    when(
        "Vpc", deny("Vpc", "s3:*", Condition={"StringNotEquals": {"aws:SourceVpc": {"Ref": "Id"}}})
    ),
    Parameters={"Id": parameter("^(vpc-[0-9]{2})?$", Default="")},
    Conditions={"Vpc": given("Id")},
)


def of(old: Json, new: Json, attached: Attached = NOTHING) -> Bump:
    opened = [cases(subject(each, "role"), {}, Launch(), attached) for each in (old, new)]
    return bump(compare(*opened))


def told(old: Json, new: Json) -> list[str]:
    found = of(old, new)
    assert found.level == found.reasons[0].level
    return [f"{each.level}: {each.text}" for each in found.reasons]
