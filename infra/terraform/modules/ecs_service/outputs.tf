output "name" {
  description = "Name of the service."
  value       = aws_ecs_service.this.name
}

output "arn" {
  description = "The service."
  value       = aws_ecs_service.this.id
}

output "family" {
  description = "Family of its task definitions."
  value       = aws_ecs_task_definition.this.family
}

output "container" {
  description = "The container whose image a deploy replaces."
  value       = var.container
}

output "containers" {
  description = "The containers of the first task definition."
  value       = local.containers
}

output "health_check_path" {
  description = "What the load balancer asks its tasks."
  value       = aws_lb_target_group.this.health_check[0].path
}

output "rule_actions" {
  description = "What becomes of its requests: rule → `forward` or `redirect`."
  value       = { for name, rule in aws_lb_listener_rule.this : name => rule.action[0].type }
}

output "security_group_id" {
  description = "The group of its tasks."
  value       = aws_security_group.task.id
}

output "target_group_arn_suffix" {
  description = "What metrics know the target group by."
  value       = aws_lb_target_group.this.arn_suffix
}
