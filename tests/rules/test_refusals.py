"""The refusals that the catalog language promises, one test each, by what is in the catalog."""

from __future__ import annotations

import pytest

from compiler.rules.card import activity
from tests.small import SMALL, changed, findings, told

EXAMPLE = "activities/example.yaml"
PERSONA = "personas/analyst.yaml"
BUCKET = "arn:${AWS::Partition}:s3:::${Buckets}"
JOB = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*"


def statement(
    *actions: str, resources: str = '"*"', conditions: str = "{}", effect: str = "Allow"
) -> dict[str, str | bytes | None]:
    return {
        EXAMPLE: activity(f"""\
            - sid: Example
              effect: {effect}
              actions: [{", ".join(actions)}]
              resources: [{resources}]
              conditions: {conditions}
            """)
    }


def with_reason(
    changes: dict[str, str | bytes | None], reason: str
) -> dict[str, str | bytes | None]:
    return {EXAMPLE: f"{changes[EXAMPLE]!s}    broad: {reason}\n"}


def rules(changes: dict[str, str | bytes | None]) -> list[str]:
    return [each.rule for each in findings(changes)]


def severities(changes: dict[str, str | bytes | None]) -> dict[str, str]:
    return {each.rule: each.severity for each in findings(changes)}


# ------------------------------------------------------------------------------------- actions


def test_an_action_that_does_not_exist() -> None:
    assert (
        told(statement("sagemaker:CreateTraningJob", resources=f'"{JOB}"'))
        == f"""\
error[unknown-action]: sagemaker has no action 'CreateTraningJob'
 --> catalog/{EXAMPLE}:6:15
  |
6 |     actions: [sagemaker:CreateTraningJob]
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^
  = hint: did you mean 'sagemaker:CreateTrainingJob'?
"""
    )


@pytest.mark.parametrize("action", ['""', "GetObject", '"s3:"', '"s3:Get:Object"', "s3 GetObject"])
def test_a_text_that_is_no_action(action: str) -> None:
    assert rules(statement(action)) == ["unknown-action"]


@pytest.mark.parametrize("action", ['":"', '":GetObject"', "s33:GetObject", '"s*:GetObject"'])
def test_a_service_that_does_not_exist(action: str) -> None:
    assert rules(statement(action)) == ["unknown-service"]


def test_actions_ignore_case() -> None:
    assert rules(statement("S3:getobject", resources=f'"{BUCKET}/*"')) == []


def test_a_wildcard_that_matches_nothing() -> None:
    assert rules(statement("sagemaker:Fetch*")) == ["action-matches-nothing"]


@pytest.mark.parametrize("action", ["*", "*:*", "s3:*", "s3:**", "s3:?*", "S3:*"])
def test_a_wildcard_over_a_whole_service(action: str) -> None:
    assert "broad-action" in rules(statement(f'"{action}"', resources=f'"{BUCKET}/*", "{BUCKET}"'))


def test_a_deny_may_be_broad() -> None:
    assert rules(statement('"s3:*"', effect="Deny")) == []


# ---------------------------------------------------------------------------------- conditions


def test_a_condition_key_that_does_not_exist() -> None:
    conditions = "{StringEquals: {sagemaker:VpcSubnet: a}}"

    assert rules(
        statement("sagemaker:CreateTrainingJob", resources=f'"{JOB}"', conditions=conditions)
    ) == ["unknown-condition-key"]


def test_a_global_condition_key_that_does_not_exist() -> None:
    conditions = "{StringEquals: {aws:SourceAcount: a}}"

    assert "did you mean 'aws:SourceAccount'?" in told(
        statement("s3:GetObject", resources=f'"{BUCKET}/*"', conditions=conditions)
    )


def test_a_condition_key_that_none_of_the_actions_supports() -> None:
    conditions = "{StringEquals: {sagemaker:ModelArn: a}}"

    assert rules(statement("s3:GetObject", resources=f'"{BUCKET}/*"', conditions=conditions)) == [
        "unsupported-condition-key"
    ]


def test_a_condition_key_that_one_of_the_actions_supports() -> None:
    conditions = "{StringLike: {s3:prefix: shared}}"

    assert (
        rules(
            statement(
                "s3:ListBucket",
                "s3:GetBucketLocation",
                resources=f'"{BUCKET}"',
                conditions=conditions,
            )
        )
        == []
    )


def test_a_tag_of_the_request_where_no_action_can_tag() -> None:
    conditions = '{StringEquals: {aws:RequestTag/team: "${aws:PrincipalTag/team}"}}'

    assert rules(statement("s3:ListBucket", resources=f'"{BUCKET}"', conditions=conditions)) == [
        "unsupported-condition-key"
    ]


def test_the_keys_of_an_action_that_does_not_exist_are_not_judged() -> None:
    conditions = "{StringEquals: {sagemaker:ModelArn: a}}"

    assert rules(statement("s3:GetObjects", conditions=conditions)) == ["unknown-action"]


def test_an_operator_that_does_not_exist() -> None:
    conditions = "{StringMatches: {s3:prefix: a}}"

    assert rules(statement("s3:ListBucket", resources=f'"{BUCKET}"', conditions=conditions)) == [
        "unknown-operator"
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "NumericEquals: {s3:prefix: 1}",
        "StringEquals: {s3:max-keys: 1}",
        "StringEquals: {aws:SourceIp: 10.0.0.0/8}",
        "StringEquals: {aws:SecureTransport: true}",
        "ArnEquals: {aws:SourceAccount: 123456789012}",
        "DateGreaterThan: {aws:SourceVpc: 2012-10-17}",
    ],
)
def test_an_operator_of_the_wrong_type(condition: str) -> None:
    changes = statement("s3:ListBucket", resources=f'"{BUCKET}"', conditions=f"{{{condition}}}")

    assert rules(changes) == ["operator-type"]


@pytest.mark.parametrize(
    "condition", ["ArnLike: {aws:SourceArn: a}", "StringLike: {aws:SourceArn: a}"]
)
def test_an_arn_is_compared_as_an_arn_or_as_text(condition: str) -> None:
    changes = statement("s3:ListBucket", resources=f'"{BUCKET}"', conditions=f"{{{condition}}}")

    assert rules(changes) == []


def training(conditions: str, effect: str = "Allow") -> list[str]:
    return rules(
        statement(
            "sagemaker:CreateTrainingJob",
            resources=f'"{JOB}"',
            conditions=conditions,
            effect=effect,
        )
    )


def test_a_list_key_without_a_set_operator() -> None:
    assert training("{StringEquals: {sagemaker:VpcSubnets: a}}") == ["list-key"]


def test_a_set_operator_on_a_key_with_one_value() -> None:
    assert training("{ForAnyValue:StringEquals: {aws:SourceAccount: a}}") == ["single-key"]


def test_for_all_values_in_an_allow_without_a_null_guard() -> None:
    condition = "ForAllValues:StringEquals: {sagemaker:VpcSubnets: a}"

    assert training(f"{{{condition}}}") == ["for-all-values"]
    assert training(f'{{{condition}, Null: {{sagemaker:VpcSubnets: "true"}}}}') == [
        "for-all-values"
    ]
    assert training(f'{{{condition}, Null: {{sagemaker:vpcsubnets: "false"}}}}') == []
    assert training(f"{{{condition}, Null: {{sagemaker:VpcSubnets: false}}}}") == []
    assert training(f"{{{condition}}}", effect="Deny") == []


def test_for_all_values_of_tag_keys_needs_no_guard() -> None:
    assert training("{ForAllValues:StringEquals: {aws:TagKeys: [team]}}") == []


def test_keys_of_a_control() -> None:
    control = "controls/network.yaml"
    wrong = changed(control, ("sagemaker:VpcSubnets", "sagemaker:VpcSubnet"))
    other_case = changed(control, ("sagemaker:VpcSubnets", "SageMaker:vpcsubnets"))
    useless = changed(control, ("sagemaker:VpcSubnets", "aws:SourceVpc"))

    assert rules(wrong) == ["unknown-condition-key"]
    assert rules(other_case) == []
    assert rules(useless) == ["unsupported-condition-key"]


def test_an_action_of_a_control_that_does_not_support_its_key() -> None:
    control = "controls/network.yaml"

    for written, rule in (
        ("sagemaker:CreateApp", "unsupported-condition-key"),
        ("sagemaker:CreateEndpointConfigs", "unknown-action"),
        ('"sagemaker:*"', "unknown-action"),
    ):
        assert set(rules(changed(control, ("sagemaker:CreateEndpointConfig", written)))) == {rule}


# ----------------------------------------------------------------------------------- resources


@pytest.mark.parametrize("resource", [f"{BUCKET}/*", "arn:aws:s3:::a"])
def test_an_action_without_resource_types_on_anything_but_everything(resource: str) -> None:
    assert rules(statement("s3:ListAllMyBuckets", resources=f'"{resource}"')) == ["needs-star"]


@pytest.mark.parametrize(
    "resource",
    [
        '""',
        "bucket",
        '"arn:aws:s3"',
        '"arn:aws:s3:::"x',
        '"${Buckets}"',
        '"arn:aws:s3::${Buckets}"',
    ],
)
def test_an_arn_without_six_segments(resource: str) -> None:
    if resource.endswith("x"):
        resource = '"s3:::x"'
    assert rules(statement("s3:ListBucket", resources=resource)) == ["malformed-arn"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:ListBucket", f"{BUCKET}/*"),
        ("s3:GetObject", BUCKET),
        ("sagemaker:CreateModel", JOB),
        ("s3:ListBucket", "${ExecutionRoles}"),
    ],
)
def test_an_arn_of_a_type_that_the_action_does_not_take(action: str, resource: str) -> None:
    assert rules(statement(action, resources=f'"{resource}"')) == ["resource-type"]


def test_an_arn_that_no_action_of_the_statement_takes() -> None:
    resources = f'"{BUCKET}/*", "{JOB}"'

    assert "no action of this statement takes" in told(
        statement("s3:GetObject", resources=resources)
    )


@pytest.mark.parametrize("action", ["s3:GetObject", "sagemaker:CreateTrainingJob"])
def test_everything_where_a_type_exists(action: str) -> None:
    assert rules(statement(action)) == ["broad-resource"]


def test_everything_where_types_are_optional() -> None:
    assert rules(statement("cloudwatch:PutMetricData")) == []


# ------------------------------------------------------------------------------------ PassRole


TO_SAGEMAKER = "{StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}"


def test_pass_role_without_a_service() -> None:
    assert rules(statement("iam:PassRole", resources='"${ExecutionRoles}"')) == [
        "pass-role-service"
    ]


def test_pass_role_with_a_negated_service() -> None:
    conditions = "{StringNotEquals: {iam:PassedToService: lambda.amazonaws.com}}"

    assert rules(
        statement("iam:PassRole", resources='"${ExecutionRoles}"', conditions=conditions)
    ) == ["pass-role-service"]


@pytest.mark.parametrize("resource", ["*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::*:*"])
def test_pass_role_on_everything(resource: str) -> None:
    assert rules(statement("iam:PassRole", resources=f'"{resource}"', conditions=TO_SAGEMAKER)) == [
        "pass-role-everywhere"
    ]


@pytest.mark.parametrize("action", ['"iam:Pass*"', "iam:passrole"])
def test_pass_role_by_another_spelling(action: str) -> None:
    assert rules(statement(action, resources='"*"')) == [
        "pass-role-service",
        "pass-role-everywhere",
    ]


@pytest.mark.parametrize("resource", ["*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::*:*"])
def test_pass_role_on_everything_for_a_reason_is_told_once(resource: str) -> None:
    changes = statement("iam:PassRole", resources=f'"{resource}"', conditions=TO_SAGEMAKER)

    assert rules(with_reason(changes, "AWS asks for it")) == ["pass-role-everywhere"]


def test_a_reason_that_pass_role_does_not_need() -> None:
    changes = statement("iam:PassRole", resources='"${ExecutionRoles}"', conditions=TO_SAGEMAKER)

    assert rules(with_reason(changes, "AWS asks for it")) == ["broad-resource"]


def test_a_reason_that_a_deny_does_not_need() -> None:
    changes = with_reason(statement("s3:GetObject", effect="Deny"), "AWS asks for it")

    assert (
        told(changes)
        == f"""\
error[broad-resource]: a Deny may be as broad as it likes: it needs no reason
 --> catalog/{EXAMPLE}:9:5
  |
9 |     broad: AWS asks for it
  |     ^^^^^
  = hint: remove it
"""
    )


def test_a_reason_that_is_none() -> None:
    assert (
        told(with_reason(statement("s3:GetObject"), "true"))
        == f"""\
error[wrong-type]: expected a string, found the boolean true
 --> catalog/{EXAMPLE}:9:12
  |
9 |     broad: true
  |            ^^^^
  = hint: say why AWS needs it, in a sentence
"""
    )


def test_breadth_is_a_warning_in_a_broad_persona() -> None:
    broad = SMALL[PERSONA].replace("[read-buckets, run-jobs]", "[example]") + "broad: true\n"
    everything = statement("iam:PassRole", '"s3:*"')

    assert severities(everything) == dict.fromkeys(
        ("pass-role-service", "pass-role-everywhere", "broad-action", "broad-resource"), "error"
    )
    assert severities({**everything, PERSONA: broad}) == dict.fromkeys(
        ("pass-role-service", "pass-role-everywhere", "broad-action", "broad-resource"), "warning"
    )


def test_breadth_is_an_error_where_a_narrow_persona_composes_the_activity_too() -> None:
    narrow = SMALL[PERSONA].replace("[read-buckets, run-jobs]", "[example]")
    everything = {**statement("iam:PassRole"), "personas/broad.yaml": narrow + "broad: true\n"}

    assert set(severities(everything).values()) == {"warning"}
    assert set(severities({**everything, "personas/narrow.yaml": narrow}).values()) == {"error"}


# --------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "..", ".hidden", "a/b", "a\\b", "./sagemaker"]
)
def test_names_that_leave_their_folder(name: str) -> None:
    assert rules(changed(PERSONA, ("trust: sagemaker", f"trust: {name}"))) == ["leaves-folder"]
    assert rules(changed(PERSONA, ("[read-buckets", f"[{name}"))) == ["leaves-folder"]
    assert rules(changed(PERSONA, ("{network:", f"{{{name}:"))) == ["leaves-folder"]


def test_an_activity_that_does_not_exist() -> None:
    assert rules(changed(PERSONA, ("read-buckets", "read-bucket"))) == ["unknown-activity"]


def test_a_trust_that_does_not_exist() -> None:
    assert rules(changed(PERSONA, ("trust: sagemaker", 'trust: ""'))) == ["unknown-trust"]


def test_a_control_that_does_not_exist() -> None:
    assert rules(changed(PERSONA, ("network", "netwrok"))) == ["unknown-control"]
    assert rules(changed("activities/run-jobs.yaml", ("when: network", "when: netwrok"))) == [
        "unknown-control"
    ]


def test_a_parameter_that_does_not_exist() -> None:
    assert rules(changed("activities/read-buckets.yaml", ("${Buckets}/*", "${Bucket}/*"))) == [
        "unknown-parameter"
    ]


def test_a_parameter_that_nothing_uses() -> None:
    text = SMALL["parameters.yaml"].replace("Buckets:\n", "Pails:\n", 1)

    assert rules({"parameters.yaml": SMALL["parameters.yaml"] + text.partition("Exec")[0]}) == [
        "unused-parameter"
    ]


def test_a_parameter_is_not_called_unused_where_its_use_cannot_be_read() -> None:
    use = "arn:${AWS::Partition}:s3:::${Buckets}"
    text = SMALL["activities/read-buckets.yaml"].replace(use, "arn:aws:s3:::${Buckets")

    assert rules({"activities/read-buckets.yaml": text}) == ["bad-expression", "bad-expression"]
    assert rules({"activities/read-buckets.yaml": "a: [\n"}) == ["yaml-syntax"]


def test_two_statements_with_one_sid() -> None:
    assert rules(changed("activities/read-buckets.yaml", ("sid: List", "sid: Read"))) == [
        "duplicate-id"
    ]


def test_two_activities_whose_sids_are_one() -> None:
    more = {
        "activities/read.yaml": SMALL["activities/read-buckets.yaml"].replace(
            "sid: List", "sid: BucketsList"
        ),
        **changed(PERSONA, ("[read-buckets,", "[read-buckets, read,")),
    }

    assert "the Sid 'ReadBucketsList' comes of two activities" in told(more)


def test_two_files_with_one_id() -> None:
    assert rules({"activities/run-jobs.yml": SMALL["activities/run-jobs.yaml"]}) == ["duplicate-id"]


def test_one_activity_twice() -> None:
    assert rules(changed(PERSONA, ("run-jobs]", "run-jobs, run-jobs]"))) == ["duplicate-id"]


def test_two_controls_that_are_one_name_in_a_template() -> None:
    control = SMALL["controls/network.yaml"]
    text = control.replace("${Subnets}", "a").replace("${SecurityGroups}", "b")

    assert rules({"controls/a1-2.yaml": text, "controls/a12.yaml": text}) == ["duplicate-id"]


# -------------------------------------------------------------------------------------- trusts


@pytest.mark.parametrize("text", ['Service: "${Buckets}"', 'AWS: ["${Buckets}"]'])
def test_a_principal_that_is_a_launch_parameter(text: str) -> None:
    changes = changed("trusts/sagemaker.yaml", ("Service: sagemaker.amazonaws.com", text))

    assert rules(changes) == ["parameter-in-trust"]


def test_a_principal_that_cannot_be_read() -> None:
    text = 'Service: "sagemaker.${AWS::URLSufix}"'

    assert rules(changed("trusts/sagemaker.yaml", ("Service: sagemaker.amazonaws.com", text))) == [
        "bad-expression"
    ]


# ---------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        ("(" * 400 + "a" + ")" * 400, "bad-pattern"),
        ("a{٣}", "bad-pattern"),
        ("${catalog.regions}", "bad-pattern"),
        ("((((a{4096}){4096}){4096}){4096}){4096}", "parameter-too-long"),
        ("[a?]", "pattern-admits-wildcard"),
        ("[a ]", "pattern-admits-wildcard"),
        ("[a,]", "pattern-admits-wildcard"),
        ("\\$a", "pattern-admits-wildcard"),
    ],
)
def test_patterns(pattern: str, rule: str) -> None:
    text = SMALL["parameters.yaml"].replace('"subnet-[0-9a-f]{8,17}"', f"'{pattern}'")

    assert rules({"parameters.yaml": text}) == [rule]


def test_several_mistakes_that_lead_to_each_other_are_told_once_each() -> None:
    changes = {
        **changed(PERSONA, ("network: optional", "netwrok: optional")),
        **changed("controls/network.yaml", ("${Subnets}", "${Subnets")),
        **changed("activities/run-jobs.yaml", ("when: network", "when: nope")),
    }

    assert [(each.at.path, each.rule) for each in findings(changes)] == [
        ("catalog/activities/run-jobs.yaml", "unknown-control"),
        ("catalog/controls/network.yaml", "bad-expression"),
        ("catalog/personas/analyst.yaml", "unknown-control"),
    ]


PASSING = SMALL["activities/run-jobs.yaml"]


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:iam::*:role/**",
        "arn:*:iam::*:role*",
        "arn:*:*:*:*:r*",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/?*",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/small/*",
        "arn:*:iam::*:role/${ExecutionRoles}",
    ],
)
def test_pass_role_of_nearly_everything_is_refused(resource: str) -> None:
    changes = {"activities/run-jobs.yaml": PASSING.replace("${ExecutionRoles}", resource)}

    assert "pass-role-everywhere" in {each.rule for each in findings(changes)}


@pytest.mark.parametrize("name", ["Administrator", "Admin*", "small/people/*"])
def test_pass_role_of_a_role_off_the_execution_path_is_refused(name: str) -> None:
    resource = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}"
    changes = {"activities/run-jobs.yaml": PASSING.replace("${ExecutionRoles}", resource)}

    assert "pass-role-off-path" in {each.rule for each in findings(changes)}


@pytest.mark.parametrize(
    "pattern",
    [
        (
            "arn:aws:iam::[0-9]{12}:role${catalog.execution_role_path}[a-z]{1,9}"
            "|arn:aws:iam::[0-9]{12}:role/[A-Za-z/]{1,64}"
        ),
        "arn:aws:iam::[0-9]{12}:(?:role${catalog.execution_role_path})?[a-zA-Z/:]{1,30}",
    ],
)
def test_a_pattern_that_also_admits_roles_off_the_path_is_refused(pattern: str) -> None:
    lines = SMALL["parameters.yaml"].splitlines()
    held = next(each for each in lines if "execution_role_path" in each)
    parameters = SMALL["parameters.yaml"].replace(held, f'  pattern: "{pattern}"')

    assert [each.rule for each in findings({"parameters.yaml": parameters})] == [
        "pass-role-off-path"
    ]


@pytest.mark.parametrize("service", ['"*"', '"*.amazonaws.com"', '"${Buckets}"'])
def test_pass_role_to_a_service_that_is_not_named_is_refused(service: str) -> None:
    exact = "StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}"
    loose = f"StringLike: {{iam:PassedToService: {service}}}"
    changes = {"activities/run-jobs.yaml": PASSING.replace(exact, loose)}

    assert [each.rule for each in findings(changes)] == ["pass-role-service"]


def test_a_sid_that_the_compiler_writes_is_refused() -> None:
    """IAM refuses a policy with two equal Sids, and cfn-lint does not see one inside Fn::If."""
    changes = {
        "activities/network.yaml": """\
title: Network
description: Lists buckets.
statements:
  - sid: VpcSubnetsAbsent
    actions: [s3:ListAllMyBuckets]
    resources: ["*"]
""",
        "personas/analyst.yaml": SMALL["personas/analyst.yaml"].replace(
            "[read-buckets", "[network, read-buckets"
        ),
    }

    assert [each.rule for each in findings(changes)] == ["duplicate-id"]


def test_a_control_named_like_a_condition_of_the_template_is_refused() -> None:
    """Else the list's condition would stand in its place, and the control deny nothing."""
    changes = {
        "controls/buckets-has2.yaml": SMALL["controls/network.yaml"],
        "controls/network.yaml": None,
        "activities/run-jobs.yaml": PASSING.replace("when: network", "when: buckets-has2"),
        "personas/analyst.yaml": SMALL["personas/analyst.yaml"].replace(
            "{network:", "{buckets-has2:"
        ),
    }

    assert [each.rule for each in findings(changes)] == ["duplicate-id"]


def test_a_condition_that_compares_nothing_is_refused() -> None:
    exact = "{iam:PassedToService: sagemaker.amazonaws.com}"
    changes = {"activities/run-jobs.yaml": PASSING.replace(exact, "{}")}

    assert [each.rule for each in findings(changes)] == ["wrong-value"]


def test_a_character_that_iam_takes_in_no_policy_is_refused() -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html."""
    changes = {
        "activities/run-jobs.yaml": PASSING.replace("training-job/*", "training-job/\u4e2d*")
    }
    parameters = SMALL["parameters.yaml"].replace("[a-z0-9][a-z0-9.-]", "[a-z\u0430-\u044f][a-z.-]")

    assert [each.rule for each in findings(changes)] == ["bad-expression"]
    assert [each.rule for each in findings({"parameters.yaml": parameters})] == [
        "pattern-admits-wildcard"
    ]
