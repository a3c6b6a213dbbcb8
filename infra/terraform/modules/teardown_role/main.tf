# What the teardown workflow may do: look at everything, remove what has this project's tag. It cannot
# be part of an environment, which could not be destroyed by its own role. Only jobs of GitHub's
# environment `teardown` are believed, so its reviewers decide; those of a deploy are not.

locals {
  issuer  = "token.actions.githubusercontent.com"
  account = data.aws_caller_identity.this.account_id
  arn     = "arn:${data.aws_partition.this.partition}"

  # What a token calls the repository: names, or names with ids, by its age. With ids the names alone are
  # not believed besides: whoever takes over a name that was given up could send them.
  names = split("/", var.github_repository)
  repository = var.github_repository_id == null ? var.github_repository : (
    "${local.names[0]}@${var.github_owner_id}/${local.names[1]}@${var.github_repository_id}"
  )
}

data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

data "aws_iam_policy_document" "trust" {
  # checkov:skip=CKV_AWS_358:one repository, as its variable's validation holds; each.value is unknown to checkov
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["${local.arn}:iam::${local.account}:oidc-provider/${local.issuer}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["repo:${local.repository}:environment:teardown"]
    }
  }
}

data "aws_iam_policy_document" "teardown" {
  statement {
    sid = "look"
    actions = [
      "cloudwatch:Describe*", "cloudwatch:List*", "ec2:Describe*", "ecr:Describe*", "ecr:Get*Policy",
      "ecr:List*", "ecs:Describe*", "ecs:List*", "elasticfilesystem:Describe*",
      "elasticfilesystem:List*", "elasticloadbalancing:Describe*", "events:Describe*",
      "dynamodb:ListTables", "events:List*", "iam:Get*", "iam:List*", "logs:Describe*",
      "logs:List*", "s3:ListAllMyBuckets", "secretsmanager:ListSecrets", "sqs:Get*", "sqs:List*",
      "ssm:DescribeParameters", "ssm:ListTagsForResource", "tag:GetResources",
      # Each plan opens the ephemeral password, even one that destroys; nothing is stored.
      "secretsmanager:GetRandomPassword",
    ]
    resources = ["*"]
  }
  # Not ecs:*: a service that is scaled up again is no teardown.
  statement {
    sid = "remove"
    actions = [
      "cloudwatch:DeleteAlarms", "ec2:Delete*", "ec2:Disassociate*", "ec2:Detach*",
      "ec2:ReleaseAddress", "ec2:Revoke*", "ecr:BatchDeleteImage", "ecr:Delete*", "ecs:Delete*",
      "ecs:StopTask", "ecs:UpdateService", "elasticfilesystem:Delete*",
      "elasticfilesystem:PutBackupPolicy", # the provider deletes one by writing DISABLED
      "elasticloadbalancing:Delete*", "elasticloadbalancing:Deregister*",
      "elasticloadbalancing:Modify*", "events:Delete*", "events:RemoveTargets", "logs:Delete*",
      "sqs:DeleteQueue", "sqs:SetQueueAttributes", "ssm:DeleteParameter", "ssm:GetParameter",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Project"
      values   = [var.project]
    }
  }
  statement {
    sid = "untagged"
    # These know no tags.
    actions   = ["ecs:DeregisterTaskDefinition", "ecs:DeleteTaskDefinitions", "ec2:DeleteNetworkInterface"]
    resources = ["*"]
  }
  # This knows none either, but a name.
  statement {
    sid       = "destinations"
    actions   = ["events:DeleteApiDestination"]
    resources = ["${local.arn}:events:*:${local.account}:api-destination/${var.project}-*"]
  }
  statement {
    sid = "roles"
    actions = [
      "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
    ]
    resources = ["${local.arn}:iam::${local.account}:role/${var.project}-*"]
  }
  # A role that could take its own rules away, or the bucket's, would be a way around them.
  statement {
    sid       = "itself"
    effect    = "Deny"
    actions   = ["iam:*"]
    resources = ["${local.arn}:iam::${local.account}:role/${var.project}-teardown"]
  }
  statement {
    sid       = "state"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = [for env in ["dev", "stage", "prod"] : "${local.arn}:s3:::${var.state_bucket}/${env}/*"]
  }
  statement {
    sid       = "findstate"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketVersioning"]
    resources = ["${local.arn}:s3:::${var.state_bucket}"]
  }
}

resource "aws_iam_role" "this" {
  name                 = "${var.project}-teardown"
  description          = "Destroys environments, from ${var.github_repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "this" {
  name   = "teardown"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.teardown.json
}
