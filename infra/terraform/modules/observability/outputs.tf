output "log_groups" {
  description = "Service → log group; null where no logs are written."
  value = {
    for service, group in local.groups : service => (
      var.logs == "create" ? aws_cloudwatch_log_group.this[service].name : var.logs == "existing" ? group : null
    )
  }
}

output "alarm_names" {
  description = "The alarms."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}
