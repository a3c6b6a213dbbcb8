# Two roles: one that starts the task (image, logs, secrets), one that the program has (its volume,
# its queue).

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition { # nobody else's tasks
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

locals {
  own_execution_role = var.execution_role_name == null
  execution_role_arn = local.own_execution_role ? aws_iam_role.execution[0].arn : data.aws_iam_role.execution[0].arn
  secrets_manager    = [for arn in local.all_secrets : arn if can(regex(":secretsmanager:", arn))]
  ssm                = [for arn in local.all_secrets : arn if can(regex(":ssm:", arn))]

  # Statements without resources are left out.
  execution_statements = {
    login = { actions = ["ecr:GetAuthorizationToken"], resources = var.pulls_from_ecr ? ["*"] : [] }
    pull = {
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = var.pulls_from_ecr ? [var.repository_arn] : []
    }
    logs = {
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = [for arn in var.log_group_arn[*] : "${arn}:*"]
    }
    secrets    = { actions = ["secretsmanager:GetSecretValue"], resources = local.secrets_manager }
    parameters = { actions = ["ssm:GetParameters"], resources = local.ssm }
  }
}

data "aws_iam_role" "execution" {
  count = local.own_execution_role ? 0 : 1
  name  = var.execution_role_name
}

resource "aws_iam_role" "execution" {
  count              = local.own_execution_role ? 1 : 0
  name               = "${var.name}-execution"
  description        = "Starts tasks of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "execution" {
  count  = local.own_execution_role ? 1 : 0
  name   = "start"
  role   = aws_iam_role.execution[0].id
  policy = data.aws_iam_policy_document.execution.json
}

data "aws_iam_policy_document" "execution" {
  dynamic "statement" {
    for_each = { for name, it in local.execution_statements : name => it if length(it.resources) > 0 }
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  description        = "What ${var.name} itself may do"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "task" {
  name   = "run"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}

data "aws_iam_policy_document" "task" {
  statement {
    sid       = "volume"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.this.arn]
    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.this.arn]
    }
  }
  dynamic "statement" {
    for_each = var.ingest[*]
    content {
      sid       = "queue"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
      resources = [statement.value.queue_arn]
    }
  }
}
