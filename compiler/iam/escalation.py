"""Actions by which somebody can get more permissions than they have.

From the escalation paths of pathfinding.cloud, by Datadog (Apache-2.0), as of 2025-12-17. A path is
a set of actions; here stands for each action the most that it does in one of them. Whether a set is
held in full, and bounded, is for guardrails to prove: this says where a reviewer looks first.
https://github.com/DataDog/pathfinding.cloud/tree/main/data/paths
"""

from __future__ import annotations

from functools import lru_cache

from compiler.iam import reference

GRANTS = "can grant itself permissions"
BECOMES = "can act as another principal"
PASSES = "hands a role to a service"
USES = "can run code with a role that a service already has"
STARTS = "together with iam:PassRole, can run code with the role that it passes"

_REASONS = {
    GRANTS: """
        iam:AddUserToGroup iam:AttachGroupPolicy iam:AttachRolePolicy iam:AttachUserPolicy
        iam:CreatePolicyVersion iam:PutGroupPolicy iam:PutRolePolicy iam:PutUserPolicy
        iam:SetDefaultPolicyVersion
    """,
    BECOMES: """
        iam:CreateAccessKey iam:CreateLoginProfile iam:UpdateAssumeRolePolicy
        iam:UpdateLoginProfile sts:AssumeRole
    """,
    PASSES: "iam:PassRole",
    USES: """
        apprunner:UpdateService bedrock-agentcore:InvokeCodeInterpreter
        bedrock-agentcore:StartCodeInterpreterSession cloudformation:CreateChangeSet
        cloudformation:ExecuteChangeSet cloudformation:UpdateStack codebuild:StartBuild
        codebuild:StartBuildBatch ec2-instance-connect:SendSSHPublicKey
        ec2:CreateLaunchTemplateVersion ec2:ModifyInstanceAttribute ec2:ModifyLaunchTemplate
        glue:UpdateDevEndpoint lambda:UpdateFunctionCode
        sagemaker:CreateNotebookInstanceLifecycleConfig
        sagemaker:CreatePresignedNotebookInstanceUrl sagemaker:UpdateNotebookInstance
        ssm:SendCommand ssm:StartSession
    """,
    STARTS: """
        apprunner:CreateService bedrock-agentcore:CreateCodeInterpreter
        cloudformation:CreateStack cloudformation:CreateStackInstances
        cloudformation:CreateStackSet cloudformation:UpdateStackSet codebuild:CreateProject
        datapipeline:CreatePipeline datapipeline:PutPipelineDefinition
        ec2:RequestSpotInstances ec2:RunInstances ecs:CreateService ecs:RegisterTaskDefinition
        ecs:RunTask ecs:StartTask glue:CreateDevEndpoint glue:CreateJob glue:CreateTrigger
        glue:StartJobRun glue:UpdateJob lambda:CreateEventSourceMapping lambda:CreateFunction
        sagemaker:CreateNotebookInstance sagemaker:CreateProcessingJob
        sagemaker:CreateTrainingJob
    """,
}

REASONS = {
    action.lower(): reason for reason, actions in _REASONS.items() for action in actions.split()
}
"""Action, in lower case, to what it does in an escalation."""

_ORDER = tuple(_REASONS)


def reason(action: str) -> str | None:
    """What an action does in an escalation; None where no path names it.

    Args:
        action: as `iam:PassRole`, in any case. `iam:*` stands for actions that do not exist yet.
    """
    return REASONS.get(action.lower())


@lru_cache(maxsize=65_536)
def danger(action: str) -> tuple[int, int, str]:
    """How actions are ordered, the most dangerous first: escalation, then access level, then name.

    What AWS may add stands last: it can be anything, and is named by its prefix alone.
    """
    return rank(action), -reference.danger(action), action.lower()


def rank(action: str) -> int:
    """How far up an action belongs in a list: the smaller, the more dangerous."""
    found = reason(action)
    return len(_ORDER) if found is None else _ORDER.index(found)
