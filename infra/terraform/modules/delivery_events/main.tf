# What AWS says about rollouts, tasks and images, on its way to the ledger.
#
# Events may come twice, in any order, and some not at all: the ledger takes each once.

locals {
  arn     = regex("^(?P<head>arn:[^:]+:ecs:[^:]+:[0-9]{12}):cluster/(?P<cluster>.+)$", var.cluster_arn)
  push    = var.api_destination != null
  all_ecs = ["ECS Deployment State Change", "ECS Service Action", "ECS Task State Change"]

  patterns = merge(
    {
      # Deployment events name the cluster nowhere but in the ARN of the service.
      ecs = {
        source      = ["aws.ecs"]
        detail-type = local.all_ecs
        resources = [
          { prefix = "${local.arn.head}:service/${local.arn.cluster}/" },
          { prefix = "${local.arn.head}:task/${local.arn.cluster}/" },
        ]
      }
    },
    {
      for name in(var.listen_to_ecr ? [var.repository_name] : []) : "ecr" => {
        source      = ["aws.ecr"]
        detail-type = ["ECR Image Action", "ECR Image Scan"]
        detail      = { repository-name = [name] }
      }
    },
  )
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each      = toset(var.listen_to_ecr ? ["ecs", "ecr"] : ["ecs"])
  name          = "${var.name}-${each.key}"
  description   = "What ${var.name} tells its ledger"
  event_pattern = jsonencode(local.patterns[each.key])
}

resource "aws_cloudwatch_event_target" "this" {
  for_each  = aws_cloudwatch_event_rule.this
  rule      = each.value.name
  target_id = "ledger"
  arn       = local.push ? aws_cloudwatch_event_api_destination.ledger[0].arn : aws_sqs_queue.events[0].arn
  role_arn  = one(aws_iam_role.invoke[*].arn)

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-events-dead"
  message_retention_seconds = 1209600 # 14 days, the longest that there is
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "events" {
  count                      = local.push ? 0 : 1
  name                       = "${var.name}-events"
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 60
  sqs_managed_sse_enabled    = true

  lifecycle {
    ignore_changes = [redrive_policy] # the resource below has it
  }
}

# SQS's most, once a minute for some 17 hours: a message that is received while the ledger is away counts,
# too, and with 20 all that waited was put aside after half an hour.
resource "aws_sqs_queue_redrive_policy" "events" {
  count     = local.push ? 0 : 1
  queue_url = aws_sqs_queue.events[0].id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 1000
  })
}

# Only these rules may write into the queues.
data "aws_iam_policy_document" "queue" {
  for_each = merge(
    { dead = aws_sqs_queue.dead.arn },
    { for queue in aws_sqs_queue.events : "events" => queue.arn },
  )
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [each.value]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [for rule in aws_cloudwatch_event_rule.this : rule.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  policy    = data.aws_iam_policy_document.queue["dead"].json
}

resource "aws_sqs_queue_policy" "events" {
  count     = local.push ? 0 : 1
  queue_url = aws_sqs_queue.events[0].id
  policy    = data.aws_iam_policy_document.queue["events"].json

  # One attribute of a queue after the other: moto forgets the policy when another one is set.
  depends_on = [aws_sqs_queue_redrive_policy.events]
}
