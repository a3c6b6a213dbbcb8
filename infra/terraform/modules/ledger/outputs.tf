output "service" {
  description = "Name of the service."
  value       = module.service.name
}

output "service_arn" {
  description = "The service."
  value       = module.service.arn
}

output "family" {
  description = "Family of its task definitions."
  value       = module.service.family
}

output "container" {
  description = "The container whose image a deploy replaces."
  value       = module.service.container
}

output "target_group_arn_suffix" {
  description = "What metrics know the target group by."
  value       = module.service.target_group_arn_suffix
}

output "role_arns" {
  description = "The roles that a deploy has to pass."
  value       = [local.execution_role_arn, aws_iam_role.task.arn]
}
