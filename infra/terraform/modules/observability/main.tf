# Log groups and alarms.

locals {
  groups = { for service in var.log_services : service => "/ecs/${var.name}-${service}" }

  # Fewer healthy targets than there have to be; nothing measured is not healthy either.
  service_alarms = {
    for service, group in var.target_groups : "${service}-unhealthy" => {
      description = "${service} has fewer than ${group.healthy} healthy tasks"
      namespace   = "AWS/ApplicationELB", metric = "HealthyHostCount", statistic = "Minimum"
      dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = group.arn_suffix }
      comparison  = "LessThanThreshold", threshold = group.healthy, period = 60, periods = 3
      missing     = "breaching"
    }
  }
  other_alarms = {
    errors = {
      description = "Tasks answered more than 10 requests in 5 minutes with 5xx"
      namespace   = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum"
      dimensions  = { LoadBalancer = var.load_balancer }
      comparison  = "GreaterThanThreshold", threshold = 10, period = 300, periods = 1
      missing     = "notBreaching"
    }
    events-dead = {
      description = "Events could not be delivered to the ledger"
      namespace   = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      dimensions  = { QueueName = var.dead_queue }
      comparison  = "GreaterThanThreshold", threshold = 0, period = 300, periods = 1
      missing     = "notBreaching"
    }
  }
  queue_alarms = {
    for queue in var.queue[*] : "events-late" => {
      description = "The ledger has not fetched an event for 15 minutes"
      namespace   = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum"
      dimensions  = { QueueName = queue }
      comparison  = "GreaterThanThreshold", threshold = 900, period = 300, periods = 1
      missing     = "notBreaching"
    }
  }
  alarms = var.alarms ? merge(local.service_alarms, local.other_alarms, local.queue_alarms) : {}
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = var.logs == "create" ? local.groups : {}
  name              = each.value
  retention_in_days = var.retention_days
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}
