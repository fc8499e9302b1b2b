"""compiler.rules of portfolios: what the cards do not show, a line for each."""

from __future__ import annotations

import pytest

from compiler.rules.principals import reaches
from compiler.rules.service_catalog import OWN_TAGS
from tests.small import SMALL, findings, told

PEOPLE = "portfolios/people.yaml"
OTHERS = "portfolios/others.yaml"
HEAD = "title: People\ndescription: What people may launch.\nproducts:\n  analyst: {}\n"
SETTINGS = SMALL["catalog.yaml"]
PERSONA = SMALL["personas/analyst.yaml"]
Changes = dict[str, str | bytes | None]


def said(text: str, more: Changes | None = None) -> list[str]:
    """The messages about a portfolio, each with its severity and rule."""
    changes: Changes = {PEOPLE: HEAD + text, **(more or {})}
    return [f"{each.severity}[{each.rule}]: {each.at.message}" for each in findings(changes)]


def listed(*products: str) -> str:
    lines = "".join(f"  {each}: {{}}\n" for each in products)
    return f"title: Others\ndescription: What others may launch.\nproducts:\n{lines}"


def pinned(text: str) -> str:
    return HEAD.replace("{}", f"{{pin: {text}}}")


def test_one_with_everything_is_sound() -> None:
    assert (
        said(
            """\
provider: Data team
principals:
  - arn:aws:iam::111122223333:role/science/lead
  - arn:aws:iam::111122223333:user/jane
  - arn:aws:iam:::group/science/*
launch_role: launch
tag_updates: forbidden
notifications: [arn:aws:sns:eu-west-1:111122223333:launches]
tag_options: {cost-center: ["1001", "1002"]}
shares:
  - {organization: o-a1b2c3d4e5, principals: true, tag_options: true}
  - {organizational_unit: ou-a1b2-c3d4e5f6}
  - {account: "444455556666"}
regions: [eu-west-1]
tags: {team: science}
"""
        )
        == []
    )


class TestProducts:
    def test_twice(self) -> None:
        assert told({PEOPLE: HEAD + "  analyst: {}\n"}) == (
            """\
error[duplicate-key]: the key 'analyst' stands here twice
 --> catalog/portfolios/people.yaml:5:3
  |
5 |   analyst: {}
  |   ^^^^^^^
 ::: catalog/portfolios/people.yaml:4:3
  |
4 |   analyst: {}
  |   ------- first defined here
"""
        )

    def test_none(self) -> None:
        text = "title: People\ndescription: None.\nproducts: {}\n"

        assert said("", {PEOPLE: text}) == [
            "error[wrong-value]: this is empty; it needs at least one"
        ]

    def test_a_persona_that_cannot_be_read_is_not_unknown(self) -> None:
        broken: Changes = {"personas/analyst.yaml": PERSONA.replace("title", "titel")}

        assert {each.rule for each in findings({PEOPLE: HEAD, **broken})} == {
            "unknown-key",
            "missing-key",
        }


class TestPins:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("{Buckets: [data-a, 'data-a,data-b']}", []),
            ("{Subnets: ['', subnet-0a1b2c3d]}", []),
            ("{Buckets: []}", ["error[wrong-value]: this is empty; it needs at least one"]),
            ("{Buckets: [data-a, data-a]}", ["error[pin-value]: 'data-a' stands here twice"]),
            (
                "{Buckets: ['']}",
                [
                    (
                        "error[pin-value]: Buckets does not take ''; it takes what is of the form"
                        " ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](,[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]){0,2}$"
                    )
                ],
            ),
            (
                "{Nope: [x]}",
                ["error[unknown-pin]: the product 'analyst' asks for no parameter 'Nope'"],
            ),
        ],
        ids=range(6),
    )
    def test_values(self, text: str, found: list[str]) -> None:
        assert said("", {PEOPLE: pinned(text)}) == found

    def test_what_it_asks_for_is_listed_where_nothing_is_near(self) -> None:
        assert told({PEOPLE: pinned("{Nope: [x]}")}).endswith(
            "  = hint: it asks for Buckets, ExecutionRoles, Subnets, SecurityGroups\n"
        )

    def test_a_choice(self) -> None:
        persona = PERSONA.replace(
            "activities: [read-buckets, run-jobs]\n",
            "activities: [run-jobs]\noptional: {read-buckets: off}\n",
        )
        more: Changes = {
            "personas/analyst.yaml": persona,
            PEOPLE: pinned("{ReadBuckets: ['no', maybe]}"),
        }

        assert said("", more) == [
            "error[pin-value]: ReadBuckets takes 'no' or 'yes', not 'maybe'",
        ]

    def test_a_persona_with_mistakes_of_its_own(self) -> None:
        broken: Changes = {"personas/analyst.yaml": PERSONA.replace("run-jobs", "run-job")}

        assert {each.rule for each in findings({PEOPLE: pinned("{Nope: [x]}"), **broken})} == {
            "unknown-activity"
        }


class TestPrincipals:
    @pytest.mark.parametrize(
        ("principal", "message"),
        [
            ("arn:aws:iam::111122223333:root", "'root' is no principal"),
            ("arn:aws:iam::111122223333:role/", "'role/' is no principal"),
            ("arn:aws:iam:::role//a", "'role//a' is no principal"),
            ("arn:aws:iam:::policy/a/b", "'policy/a/b' is no principal"),
            ("arn:aws:iam:::*", "'*' is no principal"),
            ("arn:aws:iam:::role/a:b", "'role/a:b' is no principal"),
        ],
    )
    def test_none(self, principal: str, message: str) -> None:
        (found,) = said(f'principals: ["{principal}"]\n')

        rest = "a principal is role/…, user/… or group/…, by path and name"
        assert found == f"error[principal-form]: {message}; {rest}"

    @pytest.mark.parametrize(
        "principal", ["arn:aws:sts::111122223333:role/a", "role/a", "arn:aws:iam::*:role/a/b", "*"]
    )
    def test_no_arn_of_iam(self, principal: str) -> None:
        (found,) = said(f'principals: ["{principal}"]\n')

        assert found.startswith(f"error[wrong-value]: '{principal}' is not of the form ")

    def test_twice(self) -> None:
        arn = "arn:aws:iam:::role/a/b"

        assert said(f"principals: [{arn}, {arn}]\n") == [
            "error[principal-form]: this principal stands here twice"
        ]

    @pytest.mark.parametrize(
        ("principal", "what"),
        [
            ("role/admin", "names no path"),
            ("user/*", "names no path"),
            ("role/*/science/lead", "has a wildcard in its first folder"),
            ("group/sci?nce/lead", "has a wildcard in its first folder"),
        ],
    )
    def test_open_ones(self, principal: str, what: str) -> None:
        (found,) = [x for x in said(f'principals: ["arn:aws:iam:::{principal}"]\n') if "warn" in x]

        kind = principal.partition("/")[0]
        assert found == (
            f"warning[open-principal]: this pattern {what}: whoever may create a {kind} of a"
            " matching name gets in"
        )

    @pytest.mark.parametrize(("end", "number"), [("*", 1), ("????????????????", 0)])
    def test_of_permission_sets(self, end: str, number: int) -> None:
        role = f"role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_Science_{end}"

        found = said(f'principals: ["arn:aws:iam:::{role}"]\n')

        assert found == number * [
            (
                "warning[open-principal]: this pattern matches every permission set whose name begins"
                " so"
            )
        ]

    @pytest.mark.parametrize(
        ("pattern", "matched"),
        [
            ("role/small/people/*", True),
            ("role/small/people/x", True),
            ("role/small/*", True),
            ("role/sm*", True),
            ("*", True),
            ("role/*/x", True),
            ("role/small?/people/x", True),
            ("role/sma??/people*", True),
            ("role/small/people", False),
            ("role/small/people?", True),
            ("role/small/execution/*", False),
            ("role/other/*", False),
            ("role/other/people", False),
            ("user/small/people/*", False),
            ("", False),
        ],
    )
    def test_reaching_a_path(self, pattern: str, matched: bool) -> None:
        assert reaches(pattern, "role/small/people/") is matched

    @pytest.mark.parametrize(
        ("here", "there", "promotes"),
        [
            (("analyst",), ("analyst",), False),
            (("analyst",), ("analyst", "other"), False),
            (("analyst", "other"), ("analyst",), True),
            (("analyst",), ("trainer",), False),
            (("analyst",), ("access",), False),
        ],
    )
    def test_promotion(self, here: tuple[str, ...], there: tuple[str, ...], promotes: bool) -> None:
        access = "title: U\ndescription: U.\nversion: 1.0.0\nkind: access\n"
        changes: Changes = {
            "personas/other.yaml": PERSONA.replace("Analyst", "Other"),
            "personas/trainer.yaml": PERSONA.replace("Analyst", "T") + "serves: jobs\n",
            "personas/access.yaml": access + "activities: [read-buckets]\n",
            OTHERS: listed(*there),
            PEOPLE: listed(*here).replace("Others", "People")
            + "principals: ['arn:aws:iam:::role/small/people/*']\n",
        }

        rules = {each.rule for each in findings(changes)}

        assert ("promoting-principal" in rules) is promotes

    def test_promotion_by_the_roles_of_jobs(self) -> None:
        trainer = PERSONA.replace("Analyst", "Trainer") + "serves: jobs\n"
        more: Changes = {"personas/trainer.yaml": trainer, OTHERS: listed("trainer")}

        assert said("principals: ['arn:aws:iam:::role/small/execution/*']\n", more) == [
            (
                "error[promoting-principal]: this pattern matches roles on /small/execution/, as"
                " launches of 'trainer' in the portfolio 'others' make them"
            )
        ]


class TestShares:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("{}", ["error[share-target]: a share has one target, and this one names none"]),
            (
                "{account: '444455556666'}, {account: '444455556666', tag_options: true}",
                ["error[share-target]: the portfolio is shared with '444455556666' already"],
            ),
            (
                "{organization: o-a1b2c3d4e5, principals: true}",
                [
                    (
                        "error[share-principals]: no principal of this portfolio is a pattern, so none"
                        " would be shared"
                    )
                ],
            ),
            (
                "{organization: a1b2c3d4e5}",
                [
                    "error[wrong-value]: 'a1b2c3d4e5' is not of the form ^o-[a-z0-9]{10,32}$",
                ],
            ),
            ("{account: 444455556666}", []),
        ],
        ids=range(5),
    )
    def test_they_are_told(self, text: str, found: list[str]) -> None:
        assert said(f"shares: [{text}]\n") == found

    def test_the_role_of_one_account_in_a_product(self) -> None:
        role = "{launch_role: arn:aws:iam::111122223333:role/launch}"
        text = HEAD.replace("{}", role) + "shares: [{account: '444455556666'}]\n"

        assert said("", {PEOPLE: text}) == [
            (
                "warning[launch-role-of-one-account]: this role is one of account 111122223333, and"
                " the portfolio is shared"
            )
        ]


class TestRegions:
    def test_twice(self) -> None:
        assert said("regions: [eu-west-1, eu-west-1]\n") == [
            "error[region-elsewhere]: 'eu-west-1' stands here twice"
        ]

    def test_far_from_those_of_the_catalog(self) -> None:
        found = told({PEOPLE: f"{HEAD}regions: [ap-southeast-2]\n"})

        assert found.endswith("  = hint: add the Region to catalog.yaml\n")

    def test_a_topic_of_a_product(self) -> None:
        topic = "{notifications: [arn:aws:sns:us-east-1:111122223333:launches]}"

        assert said("", {PEOPLE: HEAD.replace("{}", topic)}) == [
            "error[topic-elsewhere]: the topic is in us-east-1; the portfolio is in eu-west-1"
        ]


def test_where_catalog_yaml_cannot_be_read_nothing_is_said_of_its_settings() -> None:
    text = "regions: [eu-west-1]\nnotifications: [arn:aws:sns:eu-west-1:111122223333:t]\n"
    found = findings({PEOPLE: HEAD + text, "catalog.yaml": SETTINGS.replace("title", "titel")})

    assert {(each.at.path, each.rule) for each in found} == {
        ("catalog/catalog.yaml", "unknown-key"),
        ("catalog/catalog.yaml", "missing-key"),
    }


class TestTitles:
    def test_of_two_products(self) -> None:
        more: Changes = {"personas/other.yaml": PERSONA.replace("Analyst", "ANALYST")}

        assert said("", more) == []
        assert said("  other: {}\n", more) == [
            "warning[same-title]: the product 'analyst' has the title 'ANALYST' too"
        ]

    def test_a_provider_of_its_own(self) -> None:
        settings = SETTINGS.replace("provider: Platform", f"provider: {'p' * 51}")

        assert said("provider: Data team\n", {"catalog.yaml": settings}) == []

    def test_a_catalog_without_portfolios_is_not_published(self) -> None:
        settings = SETTINGS.replace("name: small", f"name: {'n' * 60}") + "tags: {team: ''}\n"

        assert findings({"catalog.yaml": settings}) == ()


def numbered(count: int, form: str) -> str:
    return ", ".join(form.format(number) for number in range(1, count + 1))


class TestQuotas:
    @pytest.mark.parametrize(
        ("most", "of", "text", "what"),
        [
            (100, "arn:aws:iam::111122223333:role/r{}", "principals: [{}]", "principals"),
            (10, "arn:aws:iam:::role/a/r{}", "principals: [{}]", "patterns"),
            (25, "'k{}': [x]", "tag_options: {{{}}}", "TagOptions"),
            (25, "v{}", "tag_options: {{key: [{}]}}", "values of one TagOption"),
            (
                5,
                "arn:aws:sns:eu-west-1:111122223333:t{}",
                "notifications: [{}]",
                "topics",
            ),
            (
                19,
                "t{}: x",
                "tags: {{{}}}",
                "tags of a portfolio, with the 1 that publishing adds",
            ),
        ],
        ids=range(6),
    )
    def test_of_a_portfolio(self, most: int, of: str, text: str, what: str) -> None:
        allowed = said(text.format(numbered(most, of)) + "\n")
        (found,) = said(text.format(numbered(most + 1, of)) + "\n")

        bound = 20 if "tags of" in what else most
        assert allowed == []
        assert found == (
            f"error[service-catalog-quota]: these are {bound + 1} {what}; Service Catalog takes"
            f" {bound}"
        )

    def test_shares(self) -> None:
        several = "".join(f"\n  - {{account: '{number:012}'}}" for number in range(5_001))

        assert said(f"shares:{several}\n") == [
            "error[service-catalog-quota]: these are 5,001 shares; Service Catalog takes 5,000"
        ]

    def test_tags_of_a_product(self) -> None:
        tags = numbered(18, "t{}: x")
        more: Changes = {"personas/analyst.yaml": f"{PERSONA}tags: {{{tags}}}\n"}

        assert said("", more) == [
            (
                "error[service-catalog-quota]: these are 21 tags of a product, with the"
                f" {len(OWN_TAGS['product'])} that publishing adds; Service Catalog takes 20"
            )
        ]

    def test_principals_of_a_product(self) -> None:
        roles = numbered(100, "arn:aws:iam::111122223333:role/r{}")
        text = f"principals: [{roles}]\n"
        more: Changes = {
            f"portfolios/p{n}.yaml": f"{HEAD.replace('People', f'P{n}')}{text}" for n in (1, 2)
        }

        assert said(text, more) == [
            (
                "error[service-catalog-quota]: these are 300 principals of 'analyst', by portfolio;"
                " Service Catalog takes 200"
            )
        ]

    def test_products_and_portfolios(self) -> None:
        names = [f"p{number}" for number in range(351)]
        more: Changes = {
            f"personas/{name}.yaml": PERSONA.replace("Analyst", name) for name in names
        }
        for number in range(101):
            products = names[number - 1 :: 100] if number else names[:151]
            text = listed(*products).replace("Others", f"Portfolio {number}")
            more[f"portfolios/p{number}.yaml"] = text

        assert set(said("", {**more, PEOPLE: None})) == {
            (
                "error[service-catalog-quota]: these are 101 portfolios in eu-west-1; Service Catalog"
                " takes 100"
            ),
            (
                "error[service-catalog-quota]: these are 351 products in eu-west-1; Service Catalog"
                " takes 350"
            ),
            "error[service-catalog-quota]: these are 151 products; Service Catalog takes 150",
        }


class TestTags:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("{'aws:team': [a]}", ["keys that begin with 'aws:' belong to AWS"]),
            ("{'Personac:team': [a]}", ["keys that begin with 'personac:' belong to the compiler"]),
            ("{Managed: [a]}", ["launches have the tag 'managed' already, and cannot choose it"]),
            ("{team: [a, a]}", ["'a' stands here twice"]),
            ("{team: [a, 'b#']}", ["Service Catalog takes no '#' in a TagOption"]),
            ("{'te*m': [a]}", ["Service Catalog takes no '*' in a TagOption"]),
        ],
    )
    def test_tag_options(self, text: str, found: list[str]) -> None:
        more: Changes = {"catalog.yaml": f"{SETTINGS}tags: {{managed: x}}\n"}

        assert said(f"tag_options: {text}\n", more) == [
            f"error[service-catalog-tag]: {each}" for each in found
        ]

    @pytest.mark.parametrize(
        ("tags", "other"),
        [
            ("{team: b}", "team: a"),
            ("{Team: a}", "team: a"),
            ("{team: a}", None),
            ("{purpose: y}", "purpose: x"),
            ("{stage: test}", None),
        ],
    )
    def test_tags_of_a_product_too(self, tags: str, other: str | None) -> None:
        more: Changes = {
            "catalog.yaml": f"{SETTINGS}tags: {{team: a}}\n",
            "personas/analyst.yaml": f"{PERSONA}tags: {{purpose: x}}\n",
        }

        assert said(f"tags: {tags}\n", more) == [
            f"error[service-catalog-tag]: the product 'analyst' has the tag '{each}' already"
            for each in ([other] if other else [])
        ]

    @pytest.mark.parametrize("path", ["catalog.yaml", "personas/analyst.yaml"])
    def test_an_empty_value(self, path: str) -> None:
        more: Changes = {path: SMALL[path] + "tags: {team: ''}\n"}

        assert said("", more) == [
            (
                "error[service-catalog-tag]: the tag 'team' is empty, and Service Catalog takes no"
                " empty value"
            )
        ]
