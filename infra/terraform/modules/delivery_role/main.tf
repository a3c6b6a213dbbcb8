# What a deploy from GitHub Actions may do, and nothing else: push to one repository, register task
# definitions, update the services of one cluster, read one state. No keys are stored anywhere: the
# job shows the token that GitHub makes for it.

locals {
  issuer = "token.actions.githubusercontent.com"
  arn    = regex("^(?P<head>arn:[^:]+:ecs:[^:]+:[0-9]{12}):cluster/(?P<cluster>.+)$", var.cluster_arn)

  # What a token calls the repository: names, or names with ids, by its age. With ids the names alone are
  # not believed besides: whoever takes over a name that was given up could send them.
  names = split("/", var.github_repository)
  repository = var.github_repository_id == null ? var.github_repository : (
    "${local.names[0]}@${var.github_owner_id}/${local.names[1]}@${var.github_repository_id}"
  )
}

data "aws_partition" "this" {}

# One for each account; the bootstrap makes it.
data "aws_iam_openid_connect_provider" "github" {
  url = "https://${local.issuer}"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [data.aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = [for subject in var.subjects : "repo:${local.repository}:${subject}"]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Deploys from ${var.github_repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200 # as long as a deployment that waits, fails and rolls back
}

resource "aws_iam_role_policy" "this" {
  name   = "deploy"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.deploy.json
}

data "aws_iam_policy_document" "deploy" {
  dynamic "statement" {
    for_each = var.pushes_to_ecr ? ["login"] : []
    content {
      sid       = statement.value
      actions   = ["ecr:GetAuthorizationToken"] # knows no resources
      resources = ["*"]
    }
  }
  dynamic "statement" {
    for_each = var.pushes_to_ecr ? ["push"] : []
    content {
      sid = statement.value
      actions = [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
        "ecr:DescribeImageScanFindings", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:StartImageScan", "ecr:UploadLayerPart",
      ]
      resources = [var.repository_arn]
    }
  }
  statement {
    sid       = "revisions"
    actions   = ["ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition"] # know no resources
    resources = ["*"]
  }
  statement {
    sid       = "tag"
    actions   = ["ecs:TagResource"]
    resources = [for family in var.families : "${local.arn.head}:task-definition/${family}:*"]
    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RegisterTaskDefinition"]
    }
  }
  statement {
    sid       = "services"
    actions   = ["ecs:UpdateService", "ecs:DescribeServices"]
    resources = var.service_arns
  }
  statement {
    sid       = "roles"
    actions   = ["iam:PassRole"]
    resources = var.pass_role_arns
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
  dynamic "statement" {
    for_each = var.state_bucket[*]
    content {
      sid       = "outputs"
      actions   = ["s3:GetObject"]
      resources = ["arn:${data.aws_partition.this.partition}:s3:::${statement.value}/${var.state_key}"]
    }
  }
  dynamic "statement" {
    for_each = var.state_bucket[*]
    content {
      sid       = "findstate"
      actions   = ["s3:ListBucket"]
      resources = ["arn:${data.aws_partition.this.partition}:s3:::${statement.value}"]
      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["", "env:/", var.state_key]
      }
    }
  }
}
