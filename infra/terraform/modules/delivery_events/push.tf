# Straight to a ledger with HTTPS.

resource "aws_cloudwatch_event_api_destination" "ledger" {
  count                            = local.push ? 1 : 0
  name                             = "${var.name}-ledger"
  description                      = "The ledger's intake of AWS events"
  connection_arn                   = var.api_destination.connection_arn
  invocation_endpoint              = "${var.api_destination.ledger_url}/webhooks/aws"
  http_method                      = "POST"
  invocation_rate_limit_per_second = 20
}

data "aws_iam_policy_document" "assume" {
  count = local.push ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
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

data "aws_iam_policy_document" "invoke" {
  count = local.push ? 1 : 0
  statement {
    actions   = ["events:InvokeApiDestination"]
    resources = [aws_cloudwatch_event_api_destination.ledger[0].arn]
  }
}

resource "aws_iam_role" "invoke" {
  count              = local.push ? 1 : 0
  name               = "${var.name}-events"
  description        = "Sends events to the ledger"
  assume_role_policy = data.aws_iam_policy_document.assume[0].json
}

resource "aws_iam_role_policy" "invoke" {
  count  = local.push ? 1 : 0
  name   = "invoke"
  role   = aws_iam_role.invoke[0].id
  policy = data.aws_iam_policy_document.invoke[0].json
}
