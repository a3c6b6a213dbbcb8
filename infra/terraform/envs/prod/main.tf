# Survives the loss of a zone, keeps copies of the ledger's volume, measures its containers.
locals {
  environment = "prod"
}

module "environment" {
  source      = "../../modules/environment"
  environment = local.environment

  vpc                = "own"
  cidr               = "10.22.0.0/16"
  egress             = "nat"
  nat_per_zone       = true
  retention_days     = 90
  backup             = true
  container_insights = true

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
