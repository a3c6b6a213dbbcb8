# The same in every environment; the test of the static checks compares them.

output "region" {
  value = module.environment.region
}

output "cluster" {
  value = module.environment.cluster
}

output "hello_service" {
  value = module.environment.hello_service
}

output "hello_family" {
  value = module.environment.hello_family
}

output "hello_container" {
  value = module.environment.hello_container
}

output "ledger_service" {
  value = module.environment.ledger_service
}

output "ledger_family" {
  value = module.environment.ledger_family
}

output "ledger_container" {
  value = module.environment.ledger_container
}

output "repository_url" {
  value = module.environment.repository_url
}

output "dns_name" {
  value = module.environment.dns_name
}

output "ledger_url" {
  value = module.environment.ledger_url
}

output "webhook_secret_parameter" {
  value = module.webhook_secret.name
}

output "events_queue_url" {
  value = module.environment.events_queue_url
}

output "event_rules" {
  value = module.environment.event_rules
}

output "delivery_role_arn" {
  value = module.environment.delivery_role_arn
}
