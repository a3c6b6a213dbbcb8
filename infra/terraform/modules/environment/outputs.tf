output "region" {
  description = "Where it all runs."
  value       = data.aws_region.this.name
}

output "cluster" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "hello_service" {
  description = "Name of the service with two replicas."
  value       = module.hello.name
}

output "hello_family" {
  description = "Family of its task definitions."
  value       = module.hello.family
}

output "hello_container" {
  description = "Its container whose image a deploy replaces."
  value       = module.hello.container
}

output "ledger_service" {
  description = "Name of the ledger's service; null without a ledger."
  value       = one(module.ledger[*].service)
}

output "ledger_family" {
  description = "Family of its task definitions; null without a ledger."
  value       = one(module.ledger[*].family)
}

output "ledger_container" {
  description = "Its container whose image a deploy replaces; null without a ledger."
  value       = one(module.ledger[*].container)
}

output "repository_url" {
  description = "Name of the image, without tag or digest."
  value       = module.registry.repository_url
}

output "dns_name" {
  description = "The load balancer's address."
  value       = module.load_balancer.dns_name
}

output "ledger_url" {
  description = "Where people and CI reach the ledger; null without one."
  value       = var.ledger ? local.ledger_url : null
}

output "events_queue_url" {
  description = "What `ledger ingest aws --sqs-url` reads; null with an API destination."
  value       = module.events.queue_url
}

output "event_rules" {
  description = "Rules whose targets block a destroy when somebody else added them."
  value       = module.events.rules
}

output "delivery_role_arn" {
  description = "The role that a deploy from GitHub Actions takes; null without one."
  value       = one(module.delivery_role[*].arn)
}
