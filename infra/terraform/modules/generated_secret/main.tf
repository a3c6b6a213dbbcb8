# A random secret in an SSM parameter. Its value is in no state and no plan: it goes from an ephemeral
# value into a write-only argument. Mocks know no ephemeral values, so this module stands alone and is
# tested against moto.

variable "name" {
  description = "Name of the parameter, beginning with /."
  type        = string
}

variable "description" {
  description = "What the secret is for."
  type        = string
}

variable "generation" {
  description = "Raise it to generate another one."
  type        = number
  default     = 1
}

ephemeral "aws_secretsmanager_random_password" "this" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_ssm_parameter" "this" {
  name             = var.name
  description      = var.description
  type             = "SecureString"
  value_wo         = ephemeral.aws_secretsmanager_random_password.this.random_password
  value_wo_version = var.generation
}

output "name" {
  description = "Name of the parameter."
  value       = aws_ssm_parameter.this.name
}
