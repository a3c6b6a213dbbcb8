# Cheap: the account's default VPC, no NAT, short memory.
locals {
  environment = "dev"
}

module "environment" {
  source      = "../../modules/environment"
  environment = local.environment

  vpc            = "default"
  egress         = "public-ip"
  retention_days = 7

  ledger_secrets = {
    LEDGER_WEBHOOK_SECRET = module.webhook_secret.name
  }

  project              = local.common.project
  cpu_architecture     = local.common.cpu_architecture
  execution_role_name  = local.common.execution_role_name
  github_repository    = local.common.github_repository
  github_owner_id      = local.common.github_owner_id
  github_repository_id = local.common.github_repository_id
  state_bucket         = var.state_bucket
  image_tag            = var.image_tag
}
