variable "project" {
  description = "First part of all names, and the tag Project."
  type        = string
  default     = "ledger"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,11}$", var.project))
    error_message = "project has at most 12 lower-case letters and digits: names of target groups end at 32."
  }
}

variable "environment" {
  description = "dev, stage or prod."
  type        = string

  validation {
    condition     = contains(["dev", "stage", "prod"], var.environment)
    error_message = "environment is dev, stage or prod."
  }
}

variable "vpc" {
  description = "`default` uses the account's default VPC, `own` makes one."
  type        = string
}

variable "cidr" {
  description = "Addresses of an own VPC."
  type        = string
  default     = "10.20.0.0/16"
}

variable "zones" {
  description = "Availability zones of an own VPC, 2 to 6."
  type        = number
  default     = 2
}

variable "egress" {
  description = "How tasks reach their image and the world: `public-ip`, `nat` or `endpoints`."
  type        = string
}

variable "nat_per_zone" {
  description = "With `nat`: one gateway in each zone instead of one for all."
  type        = bool
  default     = false
}

variable "outside_repository" {
  description = "A public image repository elsewhere, as `docker.io/acme/ledger`; null makes one in ECR."
  type        = string
  default     = null

  validation {
    condition     = var.outside_repository == null || var.egress != "endpoints"
    error_message = "outside_repository cannot be reached with egress = \"endpoints\": there is no internet, so a pull ends in CannotPullContainerError. Use ECR, or egress = \"nat\"."
  }
}

variable "image_tag" {
  description = "Tag of the image in the first task definitions. CI deploys by digest from then on."
  type        = string
  default     = "initial"
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64: what the image is built for."
  type        = string
}

variable "execution_role_name" {
  description = "An existing role that starts the tasks of the hello service."
  type        = string
  default     = "ecsTaskExecutionRole"
}

variable "hello_replicas" {
  description = "Exactly 2."
  type        = number
  default     = 2

  validation {
    condition     = var.hello_replicas == 2
    error_message = "The hello service runs with exactly 2 replicas: one alone would be an outage when it stops, and more than 2 were not agreed on and cost money."
  }
}

variable "surge" {
  description = "Whether a rollout of the hello service may run up to 4 tasks for a while; false keeps it at 2, with one of them missing while it is replaced."
  type        = bool
  default     = true
}

variable "ledger" {
  description = "Whether the ledger runs too, or the hello service alone."
  type        = bool
  default     = true
}

variable "ledger_execution_role_name" {
  description = "An existing role that starts the ledger's task and may read its secrets; null makes one."
  type        = string
  default     = null
}

variable "ledger_host" {
  description = "Host that the ledger answers for, whole; null routes by ledger_paths."
  type        = string
  default     = null
}

variable "ledger_paths" {
  description = "Paths that go to the ledger when ledger_host is null; all others, /health and /readyz among them, are hello's then. /metrics is for the inside only: the load balancer refuses it."
  type        = list(string)
  default     = ["/webhooks/*", "/v1/*", "/ledger/*", "/tile/*", "/checkpoint"]
}

variable "ledger_secrets" {
  description = "The ledger's secrets: variable → ARN in Secrets Manager or SSM, or name of an SSM parameter. The ledger needs LEDGER_WEBHOOK_SECRET at least."
  type        = map(string)
  default     = {}
}

variable "ledger_policy" {
  description = "What stands in ledger.yaml; null guards nothing."
  type        = string
  default     = null
}

variable "ledger_policy_files" {
  description = "What `attestations` in ledger.yaml names, certificates and public keys: name → text. They lie beside ledger.yaml."
  type        = map(string)
  default     = {}
}

variable "shell_image" {
  description = "An image with /bin/sh that writes ledger.yaml; the ledger's own has none."
  type        = string
  default     = "public.ecr.aws/docker/library/busybox:1.37.0"

  validation {
    condition     = var.ledger_policy == null || var.egress != "endpoints" || strcontains(var.shell_image, ".dkr.ecr.")
    error_message = "shell_image, which writes ledger_policy, cannot be reached with egress = \"endpoints\": there is no internet, so a pull ends in CannotPullContainerError. Name an image in ECR that the ledger's execution role may pull, or use egress = \"nat\"."
  }
}

variable "database_url_secret_arn" {
  description = "Room for PostgreSQL; refused until it is built."
  type        = string
  default     = null
}

variable "backup" {
  description = "Whether AWS Backup keeps daily copies of the ledger's volume. They outlive a destroy."
  type        = bool
  default     = false
}

variable "ingest" {
  description = "Empties the queue of AWS events into the ledger: an image with `ledger` and the `aws` command, and where an API token with the scope `record` lies. Null leaves events in the queue."
  type        = object({ image = string, token = string })
  default     = null

  validation {
    condition     = var.ingest == null || (var.ledger && var.api_destination == null)
    error_message = "ingest needs the ledger, and the queue that api_destination replaces: set only one of the two."
  }
  validation {
    condition     = var.egress != "endpoints" || try(strcontains(var.ingest.image, ".dkr.ecr."), true)
    error_message = "ingest.image cannot be reached with egress = \"endpoints\": name an image in ECR that the ledger's execution role may pull, or use egress = \"nat\"."
  }
}

variable "api_destination" {
  description = "Sends AWS events straight to a ledger with HTTPS: its address, and the ARN of an EventBridge connection."
  type        = object({ ledger_url = string, connection_arn = string })
  default     = null
}

variable "certificate_arn" {
  description = "A certificate of ACM: adds HTTPS on port 443, by which alone the ledger is then served."
  type        = string
  default     = null
}

variable "allowed_cidrs" {
  description = "Who may connect to the load balancer."
  type        = set(string)
  default     = ["0.0.0.0/0"]
}

variable "logs" {
  description = "`create`, `existing` or `none`: log groups, for accounts that may not make them."
  type        = string
  default     = "create"
}

variable "retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
}

variable "container_insights" {
  description = "Whether the cluster measures its containers, for money."
  type        = bool
  default     = false
}

variable "alarms" {
  description = "Whether alarms are made."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told of an alarm."
  type        = list(string)
  default     = []
}

variable "github_repository" {
  description = "OWNER/NAME whose workflows may deploy; null makes no role for them. The account's GitHub provider comes from the bootstrap."
  type        = string
  default     = null
}

variable "github_owner_id" {
  description = "The number of its owner, where GitHub puts it into tokens; only tokens with both numbers are believed then. Null: tokens without."
  type        = string
  default     = null
}

variable "github_repository_id" {
  description = "The number of the repository, as github_owner_id."
  type        = string
  default     = null
}

variable "github_subjects" {
  description = "Which of its jobs; null for those of the GitHub environment of the same name."
  type        = set(string)
  default     = null
}

variable "state_bucket" {
  description = "Bucket of this state, which a deploy reads its outputs from; null for none."
  type        = string
  default     = null
}
