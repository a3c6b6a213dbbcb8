variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "vpc" {
  description = "`default` uses the account's default VPC, `own` makes one."
  type        = string
  default     = "own"

  validation {
    condition     = contains(["default", "own"], var.vpc)
    error_message = "vpc is \"default\" (the account's default VPC) or \"own\" (one is made)."
  }
}

variable "cidr" {
  description = "Addresses of an own VPC: a /16 to /20, of which each subnet gets a sixteenth."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition = (
      can(cidrnetmask(var.cidr))
      && tonumber(try(split("/", var.cidr)[1], 0)) >= 16
      && tonumber(try(split("/", var.cidr)[1], 0)) <= 20
    )
    error_message = "cidr is an IPv4 block between /16 and /20: AWS takes no VPC above /16, and below /20 a sixteenth is too small for a load balancer."
  }
}

variable "zones" {
  description = "Availability zones to use, 2 to 6."
  type        = number
  default     = 2

  validation {
    condition     = var.zones >= 2 && var.zones <= 6
    error_message = "zones is 2 to 6: an application load balancer needs subnets in at least two zones."
  }
}

variable "egress" {
  description = <<-TEXT
    How tasks reach the registry, the logs and the world:
    `public-ip`: public subnets, each task has an address of its own;
    `nat`: private subnets and NAT gateways;
    `endpoints`: private subnets and VPC endpoints, no internet at all.
  TEXT
  type        = string
  default     = "public-ip"

  validation {
    condition     = contains(["public-ip", "nat", "endpoints"], var.egress)
    error_message = "egress is \"public-ip\", \"nat\" or \"endpoints\"."
  }
  validation {
    condition     = var.vpc == "own" || var.egress == "public-ip"
    error_message = "The default VPC has public subnets only, so its tasks need egress = \"public-ip\": without a public address they could not pull their image (CannotPullContainerError). Set vpc = \"own\" for private subnets."
  }
}

variable "nat_per_zone" {
  description = "With `nat`: one gateway in each zone instead of one for all. Costs more, survives a zone."
  type        = bool
  default     = false
}

variable "endpoints" {
  description = "With `endpoints`: interface endpoints to make, by their short names. The gateway of s3, where ECR keeps layers, is always made."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "logs"]

  validation {
    condition     = var.egress != "endpoints" || alltrue([for name in ["ecr.api", "ecr.dkr"] : contains(var.endpoints, name)])
    error_message = "endpoints needs both ecr.api (authorisation, manifests) and ecr.dkr (the registry itself): with one of them missing a pull ends in CannotPullContainerError."
  }
}
