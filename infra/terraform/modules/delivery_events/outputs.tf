output "queue_url" {
  description = "What `ledger ingest aws --sqs-url` reads; null with an API destination."
  value       = one(aws_sqs_queue.events[*].url)
}

output "queue_arn" {
  description = "The queue; null with an API destination."
  value       = one(aws_sqs_queue.events[*].arn)
}

output "queue_name" {
  description = "What metrics know the queue by; null with an API destination."
  value       = one(aws_sqs_queue.events[*].name)
}

output "dead_queue_name" {
  description = "Where events end that could not be delivered."
  value       = aws_sqs_queue.dead.name
}

output "rules" {
  description = "Names of the rules."
  value       = [for rule in aws_cloudwatch_event_rule.this : rule.name]
}
