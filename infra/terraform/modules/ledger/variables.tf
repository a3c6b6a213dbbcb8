variable "name" {
  description = "Name of the service."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster."
  type        = string
}

variable "image" {
  description = "The image of the first task definition; CI registers the next ones."
  type        = string
}

variable "cpu" {
  description = "CPU units of the task."
  type        = number
  default     = 512
}

variable "memory" {
  description = "Memory of the task in MiB."
  type        = number
  default     = 1024
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64: what the image was built for."
  type        = string
}

variable "pulls_from_ecr" {
  description = "Whether the image lies in ECR, in repository_arn."
  type        = bool
}

variable "repository_arn" {
  description = "The ECR repository that the task pulls from; null for one elsewhere."
  type        = string
  default     = null
}

variable "execution_role_name" {
  description = "An existing role that may pull, log and read the secrets; null makes one that may do only that. The common ecsTaskExecutionRole may not read secrets."
  type        = string
  default     = null
}

variable "log_group" {
  description = "CloudWatch log group; null for no logs."
  type        = string
  default     = null
}

variable "log_group_arn" {
  description = "Its ARN, for the execution role that is made here."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Where the task runs, and where its volume can be mounted."
  type        = list(string)
}

variable "assign_public_ip" {
  description = "Whether the task gets a public address."
  type        = bool
}

variable "load_balancer_security_group_id" {
  description = "The load balancer's group."
  type        = string
}

variable "listener_arns" {
  description = "Listeners to be reached by: scheme → ARN."
  type        = map(string)
}

variable "host" {
  description = "Host that the ledger answers for; null for any, then by its paths."
  type        = string
  default     = null
}

variable "paths" {
  description = "Paths that the ledger answers."
  type        = list(string)
}

variable "public_url" {
  description = "Where people reach it."
  type        = string
}

variable "secrets" {
  description = <<-TEXT
    The ledger's secrets: variable → where its value lies, an ARN of Secrets Manager or SSM, or the
    name of an SSM parameter (`/ledger/dev/github-token`).
  TEXT
  type        = map(string)

  validation {
    condition     = contains(keys(var.secrets), "LEDGER_WEBHOOK_SECRET")
    error_message = "secrets says where LEDGER_WEBHOOK_SECRET lies: without it the ledger does not start."
  }

  validation {
    condition     = alltrue([for place in values(var.secrets) : can(regex("^(arn:aws[a-z-]*:(secretsmanager|ssm):|/)", place))])
    error_message = "secrets holds ARNs of Secrets Manager or SSM, or names of SSM parameters that begin with /, never a value: values would be readable in the state."
  }
  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[A-Z][A-Z0-9_]*$", name)) && !endswith(name, "_FILE")])
    error_message = "secrets names variables such as LEDGER_GITHUB_TOKEN; a task has no files to name."
  }
}

variable "policy" {
  description = "What stands in ledger.yaml; null guards nothing."
  type        = string
  default     = null

  validation {
    condition     = var.policy == null || length(coalesce(var.policy, "x")) <= 32768
    error_message = "policy has at most 32768 characters: a task definition holds 64 KiB in all."
  }
  validation {
    condition     = var.policy == null || var.policy != ""
    error_message = "policy says something; null guards nothing."
  }
}

variable "policy_files" {
  description = <<-TEXT
    What `attestations` in ledger.yaml names, certificates and public keys: name → text. They lie beside
    ledger.yaml, where the ledger looks for them. No secrets.
  TEXT
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.policy_files) : can(regex("^[A-Za-z0-9][A-Za-z0-9_.-]*$", name)) && !startswith(name, "ledger.")])
    error_message = "policy_files has names of files, without folders, and none that begins with `ledger.`: the log and its key are called so, and lie there too."
  }
  validation {
    condition     = alltrue([for text in values(var.policy_files) : text != ""])
    error_message = "policy_files has an empty file: it travels as a variable, and AWS drops those without a value."
  }
  validation {
    condition     = var.policy != null || length(var.policy_files) == 0
    error_message = "policy_files belong to a policy, which names them."
  }
  validation {
    condition     = length(coalesce(var.policy, "x")) + length(join("", values(var.policy_files))) <= 32768
    error_message = "policy and policy_files have at most 32768 characters together: a task definition holds 64 KiB in all."
  }
}

variable "shell_image" {
  description = "An image with /bin/sh, which the ledger's has not: it writes the policy's files at the start of a task."
  type        = string
  default     = "public.ecr.aws/docker/library/busybox:1.37.0"
}

variable "health_command" {
  description = "What ECS asks in the container."
  type        = list(string)
  default     = []
}

variable "database_url_secret_arn" {
  description = "Room for PostgreSQL: where its URL lies. Not built yet, so it is refused."
  type        = string
  default     = null

  validation {
    condition     = var.database_url_secret_arn == null
    error_message = "database_url_secret_arn is room for PostgreSQL, which the ledger cannot speak yet: leave it null. With it several tasks could share one database; until then one task writes one SQLite file."
  }
}

variable "backup" {
  description = "Whether AWS Backup keeps daily copies of the volume. They outlive a destroy."
  type        = bool
  default     = false
}

variable "ingest" {
  description = <<-TEXT
    Reads EventBridge's events from a queue, as a second container: an image with `ledger` and the
    `aws` command, the queue, and where the API token with the scope `record` lies (as in `secrets`).
    Null for none.
  TEXT
  type = object({
    image     = string
    queue_url = string
    queue_arn = string
    token     = string
  })
  default = null

  validation {
    condition     = var.ingest == null || can(regex("^(arn:aws[a-z-]*:(secretsmanager|ssm):|/)", var.ingest.token))
    error_message = "ingest.token is where the token lies: an ARN of Secrets Manager or SSM, or the name of an SSM parameter that begins with /."
  }
}
