# The same in every environment; the test of the static checks compares them.
terraform {
  required_version = "~> 1.11.4"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

locals {
  common = yamldecode(file("${path.module}/../common.yaml"))
}

provider "aws" {
  region = local.common.region
  default_tags {
    tags = {
      Project     = local.common.project
      Environment = local.environment
      ManagedBy   = "terraform"
    }
  }
}

variable "image_tag" {
  description = "Tag of the image in the first task definitions."
  type        = string
  default     = "initial"
}

variable "state_bucket" {
  description = "Bucket of this state, for the permissions of a deploy."
  type        = string
  default     = null
}

# GitHub is told the same: aws ssm get-parameter --with-decryption --name …
module "webhook_secret" {
  source      = "../../modules/generated_secret"
  name        = "/${local.common.project}-${local.environment}-ledger/webhook-secret"
  description = "What GitHub signs deliveries with"
}
