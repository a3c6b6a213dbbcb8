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

variable "state_bucket" {
  description = "The bucket of all states."
  type        = string
}
