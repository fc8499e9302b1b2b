"""What a launch may give for a parameter now and before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from compiler.narrowing import AdmissionChange, admission_changes
from tests.laws import LAWS
from tests.roles import Json, parameter

ITEMS = {
    "a": ("a",),
    "[ab]": ("a", "b"),
    "a{1,2}": ("a", "aa"),
    "ab?": ("a", "ab"),
    "(a|bc)": ("a", "bc"),
    "(a|a,a)": ("a", "a,a"),
    "(b|ab)": ("b", "ab"),
}
"""Patterns of one value, and all their words."""


@dataclass(frozen=True)
class Form:
    """A parameter in one of the forms that our templates have, or with listed values."""

    item: str
    most: int
    optional: bool
    listed: bool

    def declared(self) -> Json:
        if self.listed:
            return parameter(AllowedValues=sorted(self.words()))
        more = f"(,{self.item}){{0,{self.most - 1}}}" if self.most > 1 else ""
        whole = f"{self.item}{more}"
        return parameter(f"^({whole})?$" if self.optional else f"^{whole}$")

    def words(self) -> frozenset[str]:
        counts = range(1, self.most + 1)
        lists = (each for count in counts for each in product(ITEMS[self.item], repeat=count))
        return frozenset(map(",".join, lists)) | ({""} if self.optional else frozenset())


FORMS = st.builds(
    Form,
    item=st.sampled_from(sorted(ITEMS)),
    most=st.integers(1, 3),
    optional=st.booleans(),
    listed=st.booleans(),
)


@LAWS
@given(st.lists(st.tuples(FORMS, FORMS), min_size=10, max_size=10))
def test_less_is_told_where_a_value_is_refused_and_more_where_one_is_new(
    pairs: list[tuple[Form, Form]],
) -> None:
    """A tighter pattern is one that refuses a value which the old one admitted."""
    for old, new in pairs:
        told = admission_changes(old.declared(), new.declared())

        lost, gained = old.words() - new.words(), new.words() - old.words()
        assert any(each.wider for each in told) is bool(gained)
        assert any(not each.wider for each in told) is bool(lost)
        for each in told:
            if "admits '" in each.text:
                value = each.text.partition("'")[2].removesuffix("'")
                assert value in (gained if each.wider else lost)


def test_what_cannot_be_read_may_admit_less() -> None:
    assert admission_changes(parameter("^a*$"), parameter("^a$")) == (
        AdmissionChange(
            wider=False,
            text="may admit less, which could not be decided: its pattern ^a*$ cannot be read:"
            " '*' repeats without bound; say how often, as in {1,64}",
        ),
    )


def test_a_long_example_is_cut() -> None:
    (told,) = admission_changes(parameter("^[ab]{100}$"), parameter("^a{100}$"))

    assert told.text == f"no longer admits '{'a' * 80}…'"
