output "repository_url" {
  description = "Name of the image, without tag or digest."
  value       = local.ecr ? aws_ecr_repository.this[0].repository_url : var.outside_repository
}

output "repository_arn" {
  description = "The ECR repository; null for one elsewhere."
  value       = one(aws_ecr_repository.this[*].arn)
}

output "repository_name" {
  description = "Name of the ECR repository; null for one elsewhere."
  value       = one(aws_ecr_repository.this[*].name)
}
