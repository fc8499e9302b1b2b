from __future__ import annotations

import pytest

from compiler.release.launching.console_link import product_link


@pytest.mark.parametrize(
    ("region", "link"),
    [
        (
            "eu-west-1",
            "https://eu-west-1.console.aws.amazon.com/servicecatalog/home?region=eu-west-1#products/prod-a",
        ),
        (
            "us-gov-west-1",
            "https://us-gov-west-1.console.amazonaws-us-gov.com/servicecatalog/home?region=us-gov-west-1#products/prod-a",
        ),
        (
            "cn-north-1",
            "https://cn-north-1.console.amazonaws.cn/servicecatalog/home?region=cn-north-1#products/prod-a",
        ),
        ("us-iso-east-1", None),
    ],
)
def test_each_partition_has_its_console(region: str, link: str | None) -> None:
    assert product_link(region, "prod-a") == link


def test_what_is_no_id_changes_nothing_else_of_the_link() -> None:
    assert str(product_link("eu-west-1", "a/b?c#d")).endswith("#products/a%2Fb%3Fc%23d")
