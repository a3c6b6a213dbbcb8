mock_provider "aws" {
  source = "../mocks"
}

variables {
  name          = "ledger-test"
  log_services  = ["hello", "ledger"]
  load_balancer = "app/x/0123456789abcdef"
  dead_queue    = "ledger-test-events-dead"
  target_groups = {
    hello  = { arn_suffix = "targetgroup/hello/0123456789abcdef", healthy = 2 }
    ledger = { arn_suffix = "targetgroup/ledger/0123456789abcdef", healthy = 1 }
  }
}

run "groups_and_alarms" {
  command = apply
  assert {
    condition     = output.log_groups == { hello = "/ecs/ledger-test-hello", ledger = "/ecs/ledger-test-ledger" }
    error_message = "a group for each service"
  }
  assert {
    condition     = toset(output.alarm_names) == toset(["ledger-test-errors", "ledger-test-events-dead", "ledger-test-hello-unhealthy", "ledger-test-ledger-unhealthy"])
    error_message = "four alarms"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["hello-unhealthy"].threshold == 2 && aws_cloudwatch_metric_alarm.this["hello-unhealthy"].treat_missing_data == "breaching"
    error_message = "fewer than two, or nobody knows how many"
  }
}

run "a_queue_that_is_not_emptied" {
  command = apply
  variables {
    queue            = "ledger-test-events"
    alarm_topic_arns = ["arn:aws:sns:us-east-1:123456789012:oncall"]
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["events-late"].threshold == 900
    error_message = "after 15 minutes"
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:oncall"])])
    error_message = "each alarm is told"
  }
}

run "accounts_that_may_not_make_groups" {
  command = apply
  variables {
    logs   = "none"
    alarms = false
  }
  assert {
    condition     = length(aws_cloudwatch_log_group.this) == 0 && output.log_groups["hello"] == null
    error_message = "no group, and no logs"
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "no alarms"
  }
}

run "groups_that_somebody_else_made" {
  command = apply
  variables {
    logs = "existing"
  }
  assert {
    condition     = length(aws_cloudwatch_log_group.this) == 0 && output.log_groups["hello"] == "/ecs/ledger-test-hello"
    error_message = "used, not made"
  }
}

run "an_unknown_kind_of_logs" {
  command = plan
  variables {
    logs = "yes"
  }
  expect_failures = [var.logs]
}
