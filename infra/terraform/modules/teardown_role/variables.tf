variable "project" {
  description = "The value of the tag `Project` of what may be removed, and how names of roles begin."
  type        = string
}

variable "github_repository" {
  description = "OWNER/NAME whose jobs of the environment `teardown` may destroy."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "It is OWNER/NAME."
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

variable "state_bucket" {
  description = "The bucket of all states."
  type        = string
}
