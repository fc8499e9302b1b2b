"""The plan as a pure function: states in, changes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import given

from compiler.release import changes as every
from compiler.release.apply import _MAKING
from compiler.release.desired import Desired, Portfolio, Principal, Product, Share, Version
from compiler.release.facts import THERE, Facts, facts, parameters_digest, path
from compiler.release.plan import Plan, plan
from compiler.release.receipt import after
from compiler.release.state import (
    HeldConstraint,
    HeldPortfolio,
    HeldProduct,
    HeldVersion,
    State,
)

if TYPE_CHECKING:
    from compiler.release.desired import Lifecycle

REGION = "eu-west-1"
DIGESTS = {f"1.{number}.0": f"{number}" * 64 for number in range(4)}


def version(name: str, lifecycle: Lifecycle = "active") -> Version:
    return Version(name=name, template="t.json", sha256=DIGESTS[name], lifecycle=lifecycle)


def product(name: str, *versions: Version) -> Product:
    return Product(
        id=name,
        title=name.title(),
        description=f"{name}.",
        owner="Platform",
        tags={},
        versions={each.name: each for each in versions},
    )


def desired(*products: Product, **more: object) -> Desired:
    said = {
        "id": "science",
        "title": "Science",
        "description": "For science.",
        "provider": "Platform",
        "tags": {},
        "tag_options": frozenset(),
        "principals": frozenset(),
        "shares": {},
        "products": {each.id: {"LAUNCH": {"LocalRoleName": "launch"}} for each in products},
        "regions": (REGION,),
        **more,
    }
    return Desired(
        catalog="small",
        home_region=REGION,
        portfolios={"science": Portfolio(**said)},  # type: ignore[arg-type]
        products={each.id: each for each in products},
        digest="",
    )


def held_version(name: str, lifecycle: str = "active", **more: object) -> HeldVersion:
    said = {
        "id": f"pa-{name}",
        "name": name,
        "description": f"sha256={DIGESTS[name]} git=abc",
        "is_active": lifecycle != "retired",
        "is_deprecated": lifecycle == "deprecated",
        **more,
    }
    return HeldVersion(**said)  # type: ignore[arg-type]


def held_product(wanted: Product, *versions: HeldVersion, **tags: str) -> HeldProduct:
    return HeldProduct(
        id=f"prod-{wanted.id}",
        slug=wanted.id,
        title=wanted.title,
        description=wanted.description,
        owner=wanted.owner,
        tags={"personac:product": f"small/{wanted.id}", **tags},
        versions=versions,
    )


def state(*products: HeldProduct, portfolio: HeldPortfolio | None = None) -> State:
    held = portfolio or HeldPortfolio(
        id="port-science",
        slug="science",
        title="Science",
        description="For science.",
        provider="Platform",
        tags={},
        tag_options=frozenset(),
        principals=frozenset(),
        products=frozenset(each.id for each in products),
        constraints=tuple(constraint(each) for each in products),
        shares={},
    )
    return State(
        account="1",
        region=REGION,
        portfolios={"science": held},
        products={each.slug: each for each in products},
        tag_options={},
    )


def constraint(of: HeldProduct) -> HeldConstraint:
    parameters = {"LocalRoleName": "launch"}
    return HeldConstraint(
        id=f"cons-{of.slug}",
        type="LAUNCH",
        product=of.id,
        description=f"sha256={parameters_digest(parameters)}",
        parameters=parameters,
    )


EMPTY = State(account="1", region=REGION, portfolios={}, products={}, tag_options={})


def told(made: Plan) -> list[str]:
    return [f"{each.sign} {each.text}" for each in made.changes]


def test_nothing_is_to_do_where_everything_is_as_it_should_be() -> None:
    wanted = product("ml-ops", version("1.0.0"), version("1.1.0", "deprecated"))
    seen = state(held_product(wanted, held_version("1.0.0"), held_version("1.1.0", "deprecated")))
    made = plan(desired(wanted), seen)
    assert (made.changes, made.notes) == ((), ())


def test_everything_is_made_in_the_order_that_keeps_people_out_until_the_end() -> None:
    wanted = product("ml-ops", version("1.0.0", "deprecated"), version("1.1.0"))
    share = Share(type="ACCOUNT", target="222222222222", principals=False, tag_options=False)
    asked = desired(
        wanted,
        principals=frozenset({Principal(type="IAM", arn="arn:aws:iam::1:role/x")}),
        tag_options=frozenset({("team", "a")}),
        shares={("ACCOUNT", "222222222222"): share},
    )
    assert told(plan(asked, EMPTY)) == [
        "+ portfolio science: 'Science'",
        "+ tag option team=a",
        "+ product ml-ops: 'Ml-Ops', with version 1.0.0",
        "+ version ml-ops 1.1.0",
        "+ portfolio science: product ml-ops",
        "+ portfolio science: LAUNCH constraint of ml-ops",
        "+ portfolio science: tag option team=a",
        "~ version ml-ops 1.1.0: inactive → active",
        "+ portfolio science: IAM arn:aws:iam::1:role/x",
        "+ portfolio science: share to ACCOUNT 222222222222",
        "~ version ml-ops 1.0.0: inactive → deprecated",
    ]


def test_what_nobody_may_launch_is_not_made() -> None:
    wanted = product("ml-ops", version("1.0.0", "retired"), version("1.1.0", "removed"))
    made = plan(desired(wanted), EMPTY)
    assert told(made) == ["+ portfolio science: 'Science'"]
    assert [each.text for each in made.notes] == [
        "no version of it may be launched: it is not made"
    ]


def test_a_version_that_was_left_untested_is_tested_before_it_is_offered() -> None:
    wanted = product("ml-ops", version("1.0.0"))
    pending = held_version("1.0.0", description=f"sha256={DIGESTS['1.0.0']} pending")
    assert told(plan(desired(wanted), state(held_product(wanted, pending)))) == [
        "~ version ml-ops 1.0.0: test what was left untested",
        "~ version ml-ops 1.0.0: inactive → active",
    ]


def test_of_two_versions_that_are_the_same_the_first_is_kept() -> None:
    wanted = product("ml-ops", version("1.0.0"))
    seen = state(held_product(wanted, held_version("1.0.0"), held_version("1.0.0", id="pa-again")))
    made = plan(desired(wanted), seen)
    assert told(made) == ["~ version ml-ops 1.0.0: active → inactive"]
    assert [each.text for each in made.notes] == [
        "version 1.0.0 is there twice: pa-1.0.0 is kept, pa-again is withdrawn"
    ]


def test_a_version_of_other_content_is_a_conflict_and_stops_nothing_else() -> None:
    wanted = product("ml-ops", version("1.0.0"), version("1.1.0"))
    seen = state(held_product(wanted, held_version("1.0.0", description=f"sha256={'f' * 64}")))
    made = plan(desired(wanted), seen)
    assert told(made) == ["+ version ml-ops 1.1.0", "~ version ml-ops 1.1.0: inactive → active"]
    (note,) = made.notes
    assert note.kind == "conflict"
    assert note.text == (
        "version 1.0.0 (pa-1.0.0) was made of the template ffffffffffff…; output/ has "
        "000000000000…. Nothing is published under a name that is taken: raise the version, or "
        "delete it by hand"
    )


def test_a_rollback_is_left_alone_until_it_is_merged() -> None:
    wanted = product("ml-ops", version("1.0.0"), version("1.1.0"))
    back = {"personac:rolled-back": "1.0.0"}
    seen = state(
        held_product(wanted, held_version("1.0.0"), held_version("1.1.0", "retired"), **back)
    )
    made = plan(desired(wanted), seen)
    assert told(made) == []
    (note,) = made.notes
    assert note.text == (
        "rolled back to 1.0.0, and left alone until the catalog says so too: "
        "lifecycle: {1.1.0: retired}"
    )
    merged = product("ml-ops", version("1.0.0"), version("1.1.0", "retired"), version("1.2.0"))
    assert told(plan(desired(merged), seen)) == [
        "+ version ml-ops 1.2.0",
        "~ version ml-ops 1.2.0: inactive → active",
        "~ product ml-ops: the rollback to 1.0.0 is merged",
    ]


def test_a_rollback_to_a_version_that_output_withdraws_is_not_merged() -> None:
    """Else taking the mark off would leave nothing to launch."""
    wanted = product("ml-ops", version("1.0.0", "retired"), version("1.1.0", "retired"))
    back = {"personac:rolled-back": "1.0.0"}
    seen = state(
        held_product(wanted, held_version("1.0.0"), held_version("1.1.0", "retired"), **back)
    )
    made = plan(desired(wanted), seen)
    assert told(made) == []
    assert made.notes[0].text.endswith("lifecycle: {1.0.0: active}")


def test_a_portfolio_that_output_no_longer_has_lets_nobody_in() -> None:
    wanted = product("ml-ops", version("1.0.0"))
    seen = state(held_product(wanted, held_version("1.0.0")))
    principal = Principal(type="IAM_PATTERN", arn="arn:aws:iam:::role/x/*")
    gone = replace(
        seen.portfolios["science"], slug="gone", id="port-gone", principals=frozenset({principal})
    )
    seen = replace(seen, portfolios={**seen.portfolios, "gone": gone})
    made = plan(desired(wanted), seen)
    assert told(made) == ["- portfolio gone: IAM_PATTERN arn:aws:iam:::role/x/*"]
    assert [each.text for each in made.notes] == [
        "not in output/ here: nobody may launch from it; it is kept with its products"
    ]


def test_a_product_leaves_a_portfolio_with_its_launch_constraint_first() -> None:
    """Nobody gets the powers of the launch role before, or after, what limits their use."""
    stays, goes = product("ml-ops", version("1.0.0")), product("analyst", version("1.0.0"))
    held = [held_product(each, held_version("1.0.0")) for each in (stays, goes)]
    seen = state(*held)
    pinned = HeldConstraint(
        id="cons-pin", type="TEMPLATE", product="prod-analyst", description="", parameters={}
    )
    science = seen.portfolios["science"]
    science = replace(science, constraints=(*science.constraints, pinned))
    made = plan(desired(stays), replace(seen, portfolios={"science": science}))
    assert told(made) == [
        "- portfolio science: LAUNCH constraint of analyst",
        "- portfolio science: TEMPLATE constraint of analyst",
        "- portfolio science: product analyst",
    ]


def test_a_product_enters_a_portfolio_with_its_launch_constraint_last() -> None:
    wanted = product("ml-ops", version("1.0.0"))
    held = held_product(wanted, held_version("1.0.0"))
    science = replace(state().portfolios["science"], constraints=(), products=frozenset())
    pins = {"LAUNCH": {"LocalRoleName": "launch"}, "TEMPLATE": {"Rules": {}}}
    asked = desired(wanted, products={"ml-ops": pins})
    assert told(plan(asked, state(held, portfolio=science))) == [
        "+ portfolio science: product ml-ops",
        "+ portfolio science: TEMPLATE constraint of ml-ops",
        "+ portfolio science: LAUNCH constraint of ml-ops",
    ]


def test_a_version_of_somebody_else_keeps_a_product_out_of_portfolios() -> None:
    """It would be launched with our launch role."""
    wanted = product("ml-ops", version("1.0.0"))
    theirs = held_version("1.1.0", description="ours, really")
    held = held_product(wanted, held_version("1.0.0"), theirs)
    science = replace(state().portfolios["science"], constraints=(), products=frozenset())
    made = plan(desired(wanted), state(held, portfolio=science))
    assert told(made) == []
    (note,) = made.conflicts
    assert note.text == (
        "version 1.1.0 was made by somebody else and is offered: make it inactive, or delete it; "
        "until then no portfolio gets the product"
    )


def test_a_rollback_keeps_nobody_in() -> None:
    """Only its versions wait for the merge: who may launch it is as the catalog says."""
    stays, back = product("analyst", version("1.0.0")), product("ml-ops", version("1.0.0"))
    marked = {"personac:rolled-back": "1.0.0"}
    held = [
        held_product(stays, held_version("1.0.0")),
        held_product(back, held_version("1.0.0"), held_version("1.1.0", "retired"), **marked),
    ]
    other = product("ml-ops", version("1.0.0"), version("1.1.0"))
    asked = desired(stays, other, products={"analyst": {"LAUNCH": {"LocalRoleName": "launch"}}})
    assert told(plan(asked, state(*held))) == [
        "- portfolio science: LAUNCH constraint of ml-ops",
        "- portfolio science: product ml-ops",
    ]


def test_two_with_the_tag_of_one_are_a_conflict() -> None:
    wanted = product("ml-ops", version("1.0.0"))
    seen = replace(state(), twins=("product ml-ops",))
    made = plan(desired(wanted), seen)
    assert told(made) == []
    assert [each.subject for each in made.conflicts] == ["product ml-ops"]


def test_there_is_room_for_a_hundred_versions() -> None:
    wanted = product("ml-ops", version("1.0.0"), version("1.1.0"))
    old = [
        HeldVersion(
            id=f"pa-{number}",
            name=f"0.{number}.0",
            description=f"sha256={'e' * 64}",
            is_active=False,
            is_deprecated=False,
        )
        for number in range(99)
    ]
    made = plan(desired(wanted), state(held_product(wanted, *old, held_version("1.0.0"))))
    assert told(made) == []
    assert [each.text for each in made.conflicts] == [
        "100 versions are there and 1 are new, but a product has at most 100: remove some"
    ]


def test_every_change_can_be_made() -> None:
    assert set(_MAKING) == set(every.EVERY)


# -- a law over drawn states -----------------------------------------------------------------

LIFECYCLES: tuple[Lifecycle, ...] = ("active", "deprecated", "retired", "removed")


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Desired, State]:
    """What one product of a portfolio should be, and what it is."""
    lifecycles = st.sampled_from(LIFECYCLES)
    wanted = product(
        "ml-ops",
        *(
            version(name, draw(lifecycles))
            for name in draw(st.sets(st.sampled_from(sorted(DIGESTS)), min_size=1))
        ),
    )
    arns = st.frozensets(st.sampled_from(["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"]))
    principals = arns.map(lambda each: frozenset(Principal(type="IAM", arn=arn) for arn in each))
    flags = st.sampled_from([None, (False, False), (True, False), (True, True)])
    shares = flags.map(
        lambda it: (
            {}
            if it is None
            else {
                ("ORGANIZATION", "o-1"): Share(
                    type="ORGANIZATION", target="o-1", principals=it[0], tag_options=it[1]
                )
            }
        )
    )
    asked = desired(wanted, principals=draw(principals), shares=draw(shares))
    if draw(st.booleans()):
        return asked, EMPTY
    held = [
        held_version(name, draw(st.sampled_from(["active", "deprecated", "retired"])))
        for name in sorted(draw(st.sets(st.sampled_from(sorted(DIGESTS)))))
    ]
    seen = state(
        held_product(replace(wanted, title=draw(st.sampled_from(["Ml-Ops", "Old"]))), *held)
    )
    science = replace(seen.portfolios["science"], principals=draw(principals), shares=draw(shares))
    return asked, replace(seen, portfolios={"science": science})


def asked_for(wanted: Desired, before: Facts) -> Facts:
    """The facts that output/ asks for, of what it says anything about."""
    found: Facts = {}
    for each in wanted.portfolios.values():
        for principal in each.principals:
            found[path("portfolio", each.id, "principal", principal.type, principal.arn)] = THERE
        for share in each.shares.values():
            found[path("portfolio", each.id, "share", share.type, share.target)] = share.flags
    for it in wanted.products.values():
        for one in it.versions.values():
            name = path("product", it.id, "version", one.name)
            if one.lifecycle in {"active", "deprecated"} or (
                one.lifecycle == "retired" and name in before
            ):
                found[name] = one.sha256
                found[f"{name}|lifecycle"] = one.lifecycle
    return found


@given(drawn())
def test_what_a_plan_leads_to_is_what_output_asks_for(both: tuple[Desired, State]) -> None:
    """What apply does is described entirely by the plan."""
    wanted, seen = both
    made = plan(wanted, seen)
    now = after(facts(seen), made.changes)
    for name, value in asked_for(wanted, facts(seen)).items():
        assert now.get(name) == value
    for name in now:
        if "|principal|" in name or "|share|" in name:
            assert name in asked_for(wanted, {})


@given(drawn())
def test_nothing_is_withdrawn_before_people_are_let_in(both: tuple[Desired, State]) -> None:
    """“Old versions last”, and access that ends goes first."""
    made = plan(*both)
    phases = [each.phase for each in made.changes]
    assert phases == sorted(phases)
    kinds = [type(each).__name__ for each in made.changes]
    first_in = kinds.index("AssociatePrincipal") if "AssociatePrincipal" in kinds else len(kinds)
    for at, each in enumerate(made.changes):
        if isinstance(each, every.SetVersion):
            assert (at < first_in) == (each.new == "active") or first_in == len(kinds)
        if isinstance(each, every.DisassociatePrincipal | every.DeleteShare):
            assert each.phase == 0


def test_a_stack_tells_topics_of_its_own_region_alone() -> None:
    wanted = product("ml-ops", version("1.0.0"))
    topics = [f"arn:aws:sns:{each}:1:t" for each in (REGION, "us-east-1")]
    asked = desired(wanted, products={"ml-ops": {"NOTIFICATION": {"NotificationArns": topics}}})
    (portfolio,) = asked.within(REGION).portfolios.values()
    assert portfolio.products == {"ml-ops": {"NOTIFICATION": {"NotificationArns": topics[:1]}}}
    far = [each for each in topics if REGION not in each]
    asked = desired(wanted, products={"ml-ops": {"NOTIFICATION": {"NotificationArns": far}}})
    (portfolio,) = asked.within(REGION).portfolios.values()
    assert portfolio.products == {"ml-ops": {}}
