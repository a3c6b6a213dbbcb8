# As production, with one way out instead of one in each zone.
locals {
  environment = "stage"
}

module "environment" {
  source      = "../../modules/environment"
  environment = local.environment

  vpc            = "own"
  cidr           = "10.21.0.0/16"
  egress         = "nat"
  retention_days = 14

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
