from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.release.launching.clone import read_clone
from tests.release.launching.shop import PERSONA, template, write_output

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_clone_knows(tmp_path: Path) -> None:
    write_output(tmp_path, {"1.0.0": template("1.0.0")})
    clone = read_clone(str(tmp_path))
    by_id, by_title = clone.product(PERSONA), clone.product("Data Scientist")
    assert by_id is not None
    assert by_id == by_title
    assert clone.template(by_id.versions["1.0.0"].sha256) == template("1.0.0")
    assert clone.titles == {"data-science": "Data Science"}
    assert clone.constraints("Data Science", PERSONA) == {
        "LAUNCH": {"LocalRoleName": "personac-launch"}
    }
    assert clone.constraints("ML Ops", PERSONA) == {}
    assert clone.template("0" * 64) is None
    assert clone.product("nobody") is None


def test_no_clone_is_an_empty_one(tmp_path: Path) -> None:
    clone = read_clone(str(tmp_path / "output"))
    assert (clone.desired, clone.problem) == (None, "")
    assert clone.product(PERSONA) is None
    assert clone.template("0" * 64) is None


def test_a_clone_that_does_not_belong_together_is_not_read_and_says_why(tmp_path: Path) -> None:
    write_output(tmp_path, {"1.0.0": template("1.0.0")})
    (tmp_path / f"personas/{PERSONA}/1.0.0.template.json").write_text("{}", encoding="utf-8")
    clone = read_clone(str(tmp_path))
    assert clone.desired is None
    assert "is not what its portfolio lists" in clone.problem


def test_a_portfolio_of_another_form_says_so(tmp_path: Path) -> None:
    write_output(tmp_path, {"1.0.0": template("1.0.0")}, products=[])
    assert "is not as 'personac build' writes it" in read_clone(str(tmp_path)).problem
