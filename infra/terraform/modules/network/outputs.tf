output "vpc_id" {
  description = "The VPC."
  value       = local.vpc_id
}

output "public_subnet_ids" {
  description = "Where the load balancer stands."
  value       = local.public_subnets
}

output "task_subnet_ids" {
  description = "Where tasks run."
  value       = local.private ? aws_subnet.private[*].id : local.public_subnets
}

output "assign_public_ip" {
  description = "Whether a task needs a public address to reach anything."
  value       = !local.private
}
