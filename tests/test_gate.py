from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from compiler.gate import OPEN, SHUT, Gate, both, either, gate, implies, names_of
from tests.laws import LAWS, is_open

NAMES = ("A", "B", "C", "D")
gates = st.lists(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple), max_size=3
).map(lambda groups: both(tuple(groups), OPEN))
switched = st.frozensets(st.sampled_from(NAMES))


def test_a_gate_without_switches_is_open() -> None:
    assert gate() == OPEN
    assert is_open(OPEN, frozenset())


def test_a_statement_of_two_optional_activities_exists_with_either() -> None:
    assert either(gate("A"), gate("B")) == (("A", "B"),)


def test_what_always_exists_needs_no_switch() -> None:
    assert either(gate("A"), OPEN) == OPEN


def test_a_control_narrows_each_of_two() -> None:
    assert either(gate("A", "N"), gate("B", "N")) == (("A", "B"), ("N",))


def test_a_group_that_another_implies_is_left_out() -> None:
    assert both((("A", "B"),), gate("A")) == (("A",),)
    assert both((("A", "B"),), (("B", "A"),)) == (("B", "A"),)


def test_the_switches_of_a_gate_are_named_once() -> None:
    assert names_of((("A", "B"), ("B", "C"))) == ("A", "B", "C")


@LAWS
@given(gates, gates, switched)
def test_either_is_or_and_both_is_and(one: Gate, other: Gate, on: frozenset[str]) -> None:
    """The gate that is open while one of two is; the gate that is open while both are."""
    assert is_open(either(one, other), on) == (is_open(one, on) or is_open(other, on))
    assert is_open(both(one, other), on) == (is_open(one, on) and is_open(other, on))


@LAWS
@given(gates | st.just(SHUT), gates | st.just(SHUT))
def test_one_implies_another_that_is_open_whenever_it_is(one: Gate, other: Gate) -> None:
    """Whether the other gate is open whenever the one is."""
    every = [frozenset(on) for size in range(5) for on in combinations(NAMES, size)]
    opened = [on for on in every if is_open(one, on)]

    assert implies(one, other) == all(is_open(other, on) for on in opened)
