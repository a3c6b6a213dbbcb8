variable "name" {
  description = "Prefix of all names; log groups are /ecs/NAME-SERVICE."
  type        = string
}

variable "logs" {
  description = "`create` makes log groups, `existing` uses groups that somebody else made, `none` writes no logs: for accounts without the permission to make groups. ECS may not make them either."
  type        = string
  default     = "create"

  validation {
    condition     = contains(["create", "existing", "none"], var.logs)
    error_message = "logs is \"create\", \"existing\" or \"none\"."
  }
}

variable "log_services" {
  description = "Services that write logs."
  type        = set(string)
}

variable "retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400], var.retention_days)
    error_message = "retention_days is a number that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or 400."
  }
}

variable "alarms" {
  description = "Whether alarms are made."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told of an alarm; without any, alarms only show in the console."
  type        = list(string)
  default     = []
}

variable "load_balancer" {
  description = "What metrics know the load balancer by."
  type        = string
}

variable "target_groups" {
  description = "Service → its target group, and how many healthy targets there have to be."
  type        = map(object({ arn_suffix = string, healthy = number }))
}

variable "dead_queue" {
  description = "Name of the queue of undeliverable events."
  type        = string
}

variable "queue" {
  description = "The queue that the ledger empties; null when none does."
  type        = string
  default     = null
}
