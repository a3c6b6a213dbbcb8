variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster whose tasks and services are listened to."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+", var.cluster_arn))
    error_message = "cluster_arn is the ARN of an ECS cluster."
  }
}

variable "listen_to_ecr" {
  description = "Whether images in ECR are listened to, in repository_name."
  type        = bool
}

variable "repository_name" {
  description = "The ECR repository whose images are listened to; null for none."
  type        = string
  default     = null
}

variable "api_destination" {
  description = <<-TEXT
    Sends events straight to a ledger with HTTPS instead of into a queue: its address, and the ARN of
    an EventBridge connection that holds its token. The connection is made beside Terraform, as its
    resource would keep the token in the state. Null: a queue, which `ledger ingest aws` empties.
  TEXT
  type        = object({ ledger_url = string, connection_arn = string })
  default     = null

  validation {
    condition     = var.api_destination == null || can(regex("^https://[^/]+$", var.api_destination.ledger_url))
    error_message = "api_destination.ledger_url begins with https:// and has no path: EventBridge calls nothing without TLS. Leave api_destination null to use the queue."
  }
  validation {
    condition     = var.api_destination == null || can(regex("^arn:aws[a-z-]*:events:[^:]+:[0-9]{12}:connection/", var.api_destination.connection_arn))
    error_message = "api_destination.connection_arn is the ARN of an EventBridge connection (aws events create-connection)."
  }
}
