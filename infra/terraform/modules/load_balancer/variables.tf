variable "name" {
  description = "Name of the load balancer, at most 32 characters."
  type        = string

  validation {
    condition     = length(var.name) <= 32
    error_message = "name has at most 32 characters: AWS allows no more for load balancers."
  }
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids names at least two subnets, in two zones: a load balancer needs them."
  }
}

variable "allowed_cidrs" {
  description = "Who may connect."
  type        = set(string)
  default     = ["0.0.0.0/0"]
}

variable "certificate_arn" {
  description = "A certificate of ACM: adds HTTPS on port 443. Null: port 80 alone."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws[a-z-]*:acm:", var.certificate_arn))
    error_message = "certificate_arn is the ARN of a certificate in ACM (arn:aws:acm:…)."
  }
}
