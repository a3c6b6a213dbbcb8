output "arn_suffix" {
  description = "What metrics know the load balancer by."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Its address."
  value       = aws_lb.this.dns_name
}

output "security_group_id" {
  description = "The group that connections to tasks come from."
  value       = aws_security_group.this.id
}

output "listener_arns" {
  description = "The listeners, by scheme."
  value       = local.listener_arns
}
