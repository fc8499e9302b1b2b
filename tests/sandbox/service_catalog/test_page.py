"""Pages of what is listed."""

from __future__ import annotations

import pytest

from compiler.sandbox.service_catalog.errors import InvalidParametersException
from compiler.sandbox.service_catalog.page import PAGE, page


def test_a_list_is_read_page_by_page() -> None:
    first, token = page("abcde", None, 2)
    second, following = page("abcde", token, 2)
    third, last = page("abcde", following, 2)

    assert (first, second, third) == (["a", "b"], ["c", "d"], ["e"])
    assert last is None


@pytest.mark.parametrize("size", [None, 0])
def test_a_page_has_twenty_items_if_nothing_is_said(size: int | None) -> None:
    found, token = page(range(PAGE + 1), None, size)

    assert (found, PAGE) == (list(range(20)), 20)
    assert token is not None


def test_a_full_last_page_has_no_token() -> None:
    assert page("ab", None, 2) == (["a", "b"], None)
    assert page("", None, 2) == ([], None)


def test_what_has_gone_ends_the_list() -> None:
    _, token = page("abcde", None, 4)

    assert page("ab", token, 4) == ([], None)


@pytest.mark.parametrize(
    "token", ["a", "LTE6YQ==", "\u00e9", "MDo=", "1", "MjplM2IwYzQ0Mjk4ZmMxYzE="]
)
def test_a_token_that_nobody_gave(token: str) -> None:
    with pytest.raises(InvalidParametersException, match="Invalid page token"):
        page("abcde", token, 2)


def test_a_token_of_another_list() -> None:
    _, token = page("abcde", None, 2, of="portfolios")

    with pytest.raises(InvalidParametersException, match="Invalid page token"):
        page("abcde", token, 2, of="products")
