mock_provider "aws" {
  source = "../mocks"
}

variables {
  name            = "ledger-test"
  cluster_arn     = "arn:aws:ecs:us-east-1:123456789012:cluster/ledger-test"
  listen_to_ecr   = true
  repository_name = "ledger-test"
}

run "rollouts_and_images_go_into_a_queue" {
  command = apply
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["ecs"].event_pattern)["detail-type"][0] == "ECS Deployment State Change"
    error_message = "deployments"
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["ecs"].event_pattern).resources[0].prefix == "arn:aws:ecs:us-east-1:123456789012:service/ledger-test/"
    error_message = "of the services of this cluster only"
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["ecr"].event_pattern).detail["repository-name"] == ["ledger-test"]
    error_message = "images of this repository only"
  }
  assert {
    condition     = aws_cloudwatch_event_target.this["ecs"].arn == aws_sqs_queue.events[0].arn && length(aws_cloudwatch_event_target.this) == 2
    error_message = "both rules end in the queue"
  }
  assert {
    condition     = aws_cloudwatch_event_target.this["ecs"].dead_letter_config[0].arn == aws_sqs_queue.dead.arn
    error_message = "what cannot be delivered is kept"
  }
  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_policy.events[0].redrive_policy).maxReceiveCount == 1000
    error_message = "what the ledger refuses goes aside, but not what waits while it is away"
  }
  assert {
    condition     = one(data.aws_iam_policy_document.queue["events"].statement[0].condition).variable == "aws:SourceArn"
    error_message = "only these rules may write"
  }
}

run "straight_to_a_ledger_with_https" {
  command = apply
  variables {
    api_destination = {
      ledger_url     = "https://ledger.example.com"
      connection_arn = "arn:aws:events:us-east-1:123456789012:connection/ledger/11111111-1111-1111-1111-111111111111"
    }
  }
  assert {
    condition     = aws_cloudwatch_event_api_destination.ledger[0].invocation_endpoint == "https://ledger.example.com/webhooks/aws"
    error_message = "the intake of AWS events"
  }
  assert {
    condition     = length(aws_sqs_queue.events) == 0 && output.queue_url == null
    error_message = "no queue that nobody empties"
  }
  assert {
    condition     = aws_cloudwatch_event_target.this["ecs"].role_arn != null && aws_cloudwatch_event_target.this["ecs"].retry_policy[0].maximum_retry_attempts == 185
    error_message = "with a role, and again for a day"
  }
}

run "without_ecr_no_rule_about_images" {
  command = apply
  variables {
    listen_to_ecr   = false
    repository_name = null
  }
  assert {
    condition     = keys(aws_cloudwatch_event_rule.this) == ["ecs"]
    error_message = "rollouts only"
  }
}

run "http_is_refused" {
  command = plan
  variables {
    api_destination = {
      ledger_url     = "http://ledger.example.com"
      connection_arn = "arn:aws:events:us-east-1:123456789012:connection/ledger/11111111-1111-1111-1111-111111111111"
    }
  }
  expect_failures = [var.api_destination]
}
