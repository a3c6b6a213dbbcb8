variable "bucket" {
  description = "Name of the bucket, unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket has 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "force_destroy" {
  description = "Whether a destroy deletes the bucket with all versions of all states."
  type        = bool
  default     = false
}

variable "tls_only" {
  description = "Whether requests without TLS are refused; false is for moto on this machine alone."
  type        = bool
  default     = true
}

variable "keep_days" {
  description = "Days that old versions of a state are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.keep_days >= 7
    error_message = "keep_days is 7 or more: an old version is the way back after a broken apply."
  }
}
