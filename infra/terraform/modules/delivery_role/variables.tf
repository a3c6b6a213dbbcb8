variable "name" {
  description = "Name of the role."
  type        = string
}

variable "github_repository" {
  description = "OWNER/NAME of the repository whose workflows may deploy."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.github_repository))
    error_message = "github_repository is OWNER/NAME, without wildcards: anything wider would let other people's repositories deploy."
  }
}

variable "github_owner_id" {
  description = "The number of its owner, for a repository whose tokens hold it beside the name. Null: they hold names alone."
  type        = string
  default     = null

  validation {
    condition     = var.github_owner_id == null || can(regex("^[1-9][0-9]*$", var.github_owner_id))
    error_message = "github_owner_id is a number (gh api repos/OWNER/NAME --jq .owner.id)."
  }
}

variable "github_repository_id" {
  description = "The number of the repository, as github_owner_id."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository_id == null || can(regex("^[1-9][0-9]*$", var.github_repository_id))
    error_message = "github_repository_id is a number (gh api repos/OWNER/NAME --jq .id)."
  }
  validation {
    condition     = (var.github_repository_id == null) == (var.github_owner_id == null)
    error_message = "github_owner_id and github_repository_id go together: GitHub's tokens hold both or neither."
  }
}

variable "subjects" {
  description = "Which of its jobs: `environment:dev`, or `ref:refs/heads/main` for jobs without an environment."
  type        = set(string)

  validation {
    condition     = length(var.subjects) > 0 && alltrue([for subject in var.subjects : can(regex("^(environment:[A-Za-z0-9_.-]+|ref:refs/(heads|tags)/[A-Za-z0-9_./-]+)$", subject))])
    error_message = "subjects are environment:NAME or ref:refs/heads/BRANCH, without wildcards, and never pull_request: whoever can open a pull request could deploy."
  }
}

variable "pushes_to_ecr" {
  description = "Whether images go to ECR, to repository_arn."
  type        = bool
}

variable "repository_arn" {
  description = "The ECR repository to push to; null for one elsewhere."
  type        = string
  default     = null
}

variable "cluster_arn" {
  description = "The ECS cluster."
  type        = string
}

variable "service_arns" {
  description = "The services that may be updated."
  type        = list(string)
}

variable "families" {
  description = "Task definition families that revisions are registered in."
  type        = list(string)
}

variable "pass_role_arns" {
  description = "The roles of tasks."
  type        = list(string)
}

variable "state_bucket" {
  description = "Bucket of the state whose outputs the deploy reads; null for none."
  type        = string
  default     = null
}

variable "state_key" {
  description = "Key of that state."
  type        = string
  default     = null
}
