output "arn" {
  description = "The role; `role-to-assume` of aws-actions/configure-aws-credentials."
  value       = aws_iam_role.this.arn
}
