"""Actions by which somebody can get more permissions."""

from __future__ import annotations

from compiler.iam import escalation, reference


def test_every_action_exists_and_stands_once() -> None:
    written = [each for several in escalation._REASONS.values() for each in several.split()]  # noqa: SLF001 - the data itself

    assert len(written) == len(escalation.REASONS)
    for action in written:
        assert [str(each) for each in reference.expand(action)] == [action]


def test_the_worst_comes_first() -> None:
    actions = ["s3:GetObject", "sagemaker:CreateTrainingJob", "iam:PassRole", "iam:putrolepolicy"]

    assert sorted(actions, key=escalation.rank) == actions[::-1]
    assert escalation.reason("iam:putrolepolicy") == escalation.GRANTS
    assert escalation.reason("s3:GetObject") is None
    assert escalation.reason("iam:*") is None
