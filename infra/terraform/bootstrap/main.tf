# Once for each account: the bucket of all states, and GitHub as a provider of identities. Its own
# state is a file beside it, which scripts/infra/bootstrap keeps in the bucket afterwards.
terraform {
  required_version = "~> 1.11.4"
  backend "local" {} # the script says where
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

locals {
  common = yamldecode(file("${path.module}/../envs/common.yaml"))
}

provider "aws" {
  region = local.common.region
  default_tags {
    tags = {
      Project     = local.common.project
      Environment = "shared"
      ManagedBy   = "terraform"
    }
  }
}

variable "bucket" {
  description = "Name of the bucket of states, unique in all of AWS."
  type        = string
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

variable "github" {
  description = "Whether GitHub is made a provider of identities here; false when the account has it already, as there can be one only."
  type        = bool
  default     = true
}

module "state" {
  source        = "../modules/state"
  bucket        = var.bucket
  force_destroy = var.force_destroy
  tls_only      = var.tls_only
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.github ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

module "teardown_role" {
  for_each             = toset(local.common.github_repository[*]) # none, or the one
  source               = "../modules/teardown_role"
  project              = local.common.project
  github_repository    = each.value
  github_owner_id      = local.common.github_owner_id
  github_repository_id = local.common.github_repository_id
  state_bucket         = module.state.bucket
  depends_on           = [aws_iam_openid_connect_provider.github]
}

output "bucket" {
  value = module.state.bucket
}

# For GitHub's environment `teardown`, as AWS_ROLE_ARN.
output "teardown_role_arn" {
  value = one(values(module.teardown_role)[*].arn)
}
