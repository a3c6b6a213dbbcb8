variable "name" {
  description = "Name of service, task definition family and target group, at most 32 characters."
  type        = string

  validation {
    condition     = length(var.name) <= 32
    error_message = "name has at most 32 characters: AWS allows no more for target groups."
  }
}

variable "container" {
  description = "Name of the first container, which gets the requests and whose image a deploy replaces."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster."
  type        = string
}

variable "single_writer" {
  description = "True for a service that alone may write its files: one task, stopped before its successor starts."
  type        = bool
  default     = false
}

variable "replicas" {
  description = "How many tasks: 2, or 1 for a single writer."
  type        = number

  validation {
    condition     = var.single_writer || var.replicas == 2
    error_message = "A stateless service runs with exactly 2 replicas: one alone would be an outage when it stops, and more than 2 were not agreed on and cost money."
  }
  validation {
    condition     = !var.single_writer || var.replicas == 1
    error_message = "A single writer runs as exactly 1 task: two tasks would write one SQLite file, and two processes never share one."
  }
}

variable "surge" {
  description = "Whether a rollout may run twice the replicas for a while. False stops a task before the next one starts, so that there are never more than `replicas`. A single writer never surges."
  type        = bool
  default     = true
}

variable "image" {
  description = "The image of the first task definition; CI registers the next ones."
  type        = string

  validation {
    condition     = can(regex("(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "image ends in a tag or in a digest, and the tag is never latest: a task that restarts must get the same image again."
  }
}

variable "command" {
  description = "What the container runs."
  type        = list(string)
}

variable "environment" {
  description = "Variables of the container. No secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.environment), keys(var.secrets))) == 0
    error_message = "A variable is in environment and in secrets: keep it in secrets only."
  }
}

variable "secrets" {
  description = "Variables of the container whose values ECS reads from Secrets Manager or SSM: name → ARN."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:aws[a-z-]*:(secretsmanager|ssm):", arn))])
    error_message = "secrets holds ARNs of Secrets Manager or of SSM parameters, never a value: values would be readable in the state and in the task definition."
  }
}

variable "mounts" {
  description = "EFS volumes: path in the container → file system and access point."
  type        = map(object({ file_system_id = string, access_point_id = string }))
  default     = {}
}

variable "more_containers" {
  description = "Container definitions beside the first, as ECS writes them."
  type        = any
  default     = []
}

variable "depends_on_containers" {
  description = "Containers that the first one waits for: name → condition."
  type        = map(string)
  default     = {}
}

variable "cpu" {
  description = "CPU units of a task: 256, 512, 1024, …"
  type        = number
  default     = 256

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu is one of Fargate's sizes: 256, 512, 1024, 2048, 4096, 8192, 16384."
  }
}

variable "memory" {
  description = "Memory of a task in MiB."
  type        = number
  default     = 512
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64: what the image was built for. An image of the other ends in `exec format error`."
  type        = string

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture is X86_64 or ARM64, as the image was built."
  }
}

variable "execution_role_arn" {
  description = "The role that pulls the image, writes logs and reads secrets."
  type        = string
}

variable "task_role_arn" {
  description = "The role of the program itself; null for none."
  type        = string
  default     = null
}

variable "log_group" {
  description = "CloudWatch log group; null for no logs."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Where tasks run."
  type        = list(string)
}

variable "assign_public_ip" {
  description = "Whether a task gets a public address; it needs one in a subnet without NAT or endpoints."
  type        = bool
}

variable "port" {
  description = "Port of the container."
  type        = number
  default     = 8080
}

variable "health_check_path" {
  description = "What the load balancer asks."
  type        = string
  default     = "/health"
}

variable "health_command" {
  description = "What ECS asks in the container, beside the load balancer; it ignores the HEALTHCHECK of an image. Empty for nothing."
  type        = list(string)
  default     = []
}

variable "start_seconds" {
  description = "For how long a task may fail its checks, the load balancer's and its own, because it starts. Null for one that starts at once."
  type        = number
  default     = null

  validation {
    condition     = var.start_seconds == null || try(var.start_seconds >= 10 && var.start_seconds <= 300, false)
    error_message = "start_seconds is 10 to 300: ECS takes no longer startPeriod."
  }
}

variable "patience" {
  description = "How many checks of the load balancer, one in 10 seconds, a task may fail before it is replaced, once start_seconds are over."
  type        = number
  default     = 3

  validation {
    condition     = var.patience >= 2 && var.patience <= 10
    error_message = "patience is 2 to 10."
  }
}

variable "load_balancer_security_group_id" {
  description = "The load balancer's group."
  type        = string
}

variable "listener_arns" {
  description = "Listeners to be reached by: scheme → ARN."
  type        = map(string)
}

variable "https_only" {
  description = "Whether who comes without TLS is sent to the https listener, where there is one: for services that are given secrets."
  type        = bool
  default     = false
}

variable "host" {
  description = "Requests for this host come here; null for any host."
  type        = string
  default     = null
}

variable "paths" {
  description = "Requests for these paths come here; a rule holds five at most, so there may be several."
  type        = list(string)
  default     = ["/*"]

  validation {
    condition     = length(var.paths) > 0 && alltrue([for path in var.paths : startswith(path, "/")])
    error_message = "paths names at least one path, each beginning with /."
  }
}

variable "priority" {
  description = "Priority of the first listener rule; lower ones are asked first."
  type        = number
}

variable "start_after" {
  description = "What has to be there before the first task starts, by any attribute of it."
  type        = list(string)
  default     = []
}

variable "enable_execute_command" {
  description = "Whether `aws ecs execute-command` may enter a task. Needs permissions in the task role."
  type        = bool
  default     = false
}
