variable "name" {
  description = "Name of the ECR repository."
  type        = string
}

variable "outside_repository" {
  description = "An image repository elsewhere, as `docker.io/acme/ledger`; null makes one in ECR."
  type        = string
  default     = null

  validation {
    condition     = var.outside_repository == null || can(regex("^[a-z0-9.-]+(:[0-9]+)?/[a-z0-9._/-]+$", var.outside_repository))
    error_message = "outside_repository is HOST/PATH without tag or scheme, as docker.io/acme/ledger."
  }
}

variable "keep_images" {
  description = "How many images stay, beside those of branches; the oldest go first."
  type        = number
  default     = 50

  validation {
    condition     = var.keep_images >= 10
    error_message = "keep_images is 10 or more: a rollback needs the image that ran before."
  }
}
