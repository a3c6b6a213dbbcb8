output "vpc_id" {
  description = "The VPC."
  value       = local.vpc_id
}

output "public_subnet_ids" {
  description = "Where the load balancer stands."
  value       = local.public_subnets

  # A load balancer is refused while its subnets have no way to the internet.
  depends_on = [aws_internet_gateway.this, aws_route_table.public, aws_route_table_association.public]
}

output "task_subnet_ids" {
  description = "Where tasks run."
  value       = local.private ? aws_subnet.private[*].id : local.public_subnets

  # A task that starts before its ways out are there cannot pull its image; some such tasks end a rollout.
  depends_on = [
    aws_internet_gateway.this,
    aws_route_table.public,
    aws_route_table_association.public,
    aws_route.nat,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "assign_public_ip" {
  description = "Whether a task needs a public address to reach anything."
  value       = !local.private
}
