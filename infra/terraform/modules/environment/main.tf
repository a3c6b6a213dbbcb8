# One environment: what dev, stage and prod have in common, which is everything but a few values.

locals {
  name           = "${var.project}-${var.environment}"
  image          = "${module.registry.repository_url}:${var.image_tag}"
  log_group      = module.observability.log_groups
  log_group_arns = "arn:${data.aws_partition.this.partition}:logs:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}:log-group:"

  health_command = ["/usr/local/bin/ledger", "health"]

  scheme = var.certificate_arn == null ? "http" : "https"
  # A certificate is for a name of one's own, never for the load balancer's.
  ledger_url = var.ledger_host == null ? "http://${module.load_balancer.dns_name}" : "${local.scheme}://${var.ledger_host}"

  endpoints = concat(["ecr.api", "ecr.dkr", "logs"], var.ledger ? ["secretsmanager", "sqs", "ssm"] : [])
}

data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

data "aws_iam_role" "execution" {
  name = var.execution_role_name
}

module "network" {
  source       = "../network"
  name         = local.name
  vpc          = var.vpc
  cidr         = var.cidr
  zones        = var.zones
  egress       = var.egress
  nat_per_zone = var.nat_per_zone
  endpoints    = local.endpoints
}

module "registry" {
  source             = "../registry"
  name               = local.name
  outside_repository = var.outside_repository
}

module "load_balancer" {
  source          = "../load_balancer"
  name            = local.name
  vpc_id          = module.network.vpc_id
  subnet_ids      = module.network.public_subnet_ids
  allowed_cidrs   = var.allowed_cidrs
  certificate_arn = var.certificate_arn
}

resource "aws_ecs_cluster" "this" {
  name = local.name
  setting {
    name  = "containerInsights"
    value = var.container_insights ? "enabled" : "disabled"
  }
}

module "hello" {
  source = "../ecs_service"

  name             = "${local.name}-hello"
  container        = "hello"
  cluster_arn      = aws_ecs_cluster.this.arn
  replicas         = var.hello_replicas
  surge            = var.surge
  image            = local.image
  command          = ["serve", "--hello-only"]
  environment      = { LEDGER_LISTEN = "0.0.0.0:8080" }
  health_command   = local.health_command
  cpu_architecture = var.cpu_architecture

  execution_role_arn = data.aws_iam_role.execution.arn
  log_group          = local.log_group["hello"]

  vpc_id                          = module.network.vpc_id
  subnet_ids                      = module.network.task_subnet_ids
  assign_public_ip                = module.network.assign_public_ip
  load_balancer_security_group_id = module.load_balancer.security_group_id
  listener_arns                   = module.load_balancer.listener_arns
  priority                        = 1000
}

module "ledger" {
  source = "../ledger"
  count  = var.ledger ? 1 : 0

  name                    = "${local.name}-ledger"
  cluster_arn             = aws_ecs_cluster.this.arn
  image                   = local.image
  cpu_architecture        = var.cpu_architecture
  repository_arn          = module.registry.repository_arn
  pulls_from_ecr          = var.outside_repository == null
  execution_role_name     = var.ledger_execution_role_name
  log_group               = local.log_group["ledger"]
  log_group_arn           = var.logs == "none" ? null : "${local.log_group_arns}/ecs/${local.name}-ledger"
  secrets                 = var.ledger_secrets
  policy                  = var.ledger_policy
  policy_files            = var.ledger_policy_files
  shell_image             = var.shell_image
  database_url_secret_arn = var.database_url_secret_arn
  backup                  = var.backup
  health_command          = local.health_command
  public_url              = local.ledger_url

  ingest = var.ingest == null ? null : {
    image     = var.ingest.image
    token     = var.ingest.token
    queue_url = module.events.queue_url
    queue_arn = module.events.queue_arn
  }

  vpc_id                          = module.network.vpc_id
  subnet_ids                      = module.network.task_subnet_ids
  assign_public_ip                = module.network.assign_public_ip
  load_balancer_security_group_id = module.load_balancer.security_group_id
  listener_arns                   = module.load_balancer.listener_arns
  host                            = var.ledger_host
  paths                           = var.ledger_host == null ? var.ledger_paths : ["/*"]
}

module "events" {
  source          = "../delivery_events"
  name            = local.name
  cluster_arn     = aws_ecs_cluster.this.arn
  listen_to_ecr   = var.outside_repository == null
  repository_name = module.registry.repository_name
  api_destination = var.api_destination
}

module "observability" {
  source           = "../observability"
  name             = local.name
  logs             = var.logs
  log_services     = var.ledger ? ["hello", "ledger"] : ["hello"]
  retention_days   = var.retention_days
  alarms           = var.alarms
  alarm_topic_arns = var.alarm_topic_arns
  load_balancer    = module.load_balancer.arn_suffix
  target_groups = merge(
    { hello = { arn_suffix = module.hello.target_group_arn_suffix, healthy = var.hello_replicas } },
    { for it in module.ledger : "ledger" => { arn_suffix = it.target_group_arn_suffix, healthy = 1 } },
  )
  dead_queue = module.events.dead_queue_name
  queue      = var.ingest == null ? null : module.events.queue_name
}

module "delivery_role" {
  source = "../delivery_role"
  count  = var.github_repository == null ? 0 : 1

  name                 = "${local.name}-delivery"
  github_repository    = var.github_repository
  github_owner_id      = var.github_owner_id
  github_repository_id = var.github_repository_id
  subjects             = coalesce(var.github_subjects, ["environment:${var.environment}"])
  pushes_to_ecr        = var.outside_repository == null
  repository_arn       = module.registry.repository_arn
  cluster_arn          = aws_ecs_cluster.this.arn
  service_arns         = concat([module.hello.arn], module.ledger[*].service_arn)
  families             = concat([module.hello.family], module.ledger[*].family)
  pass_role_arns       = concat([data.aws_iam_role.execution.arn], flatten(module.ledger[*].role_arns))
  state_bucket         = var.state_bucket
  state_key            = "${var.environment}/terraform.tfstate"
}

# With TLS it is served over TLS alone, and no certificate is for the load balancer's name.
check "the_ledger_has_a_name" {
  assert {
    condition     = !var.ledger || var.certificate_arn == null || var.ledger_host != null
    error_message = "With certificate_arn and without ledger_host, ledger_url is the load balancer's own name, which no certificate is for: whoever follows it is sent to https and warned. Set ledger_host."
  }
}

# The ledger works without the internet, but not as a gate.
check "the_ledger_reaches_github" {
  assert {
    condition     = !var.ledger || var.egress != "endpoints"
    error_message = "With egress = \"endpoints\" the ledger cannot reach GitHub: it records, but reads no checks and posts no statuses. Use \"nat\" for that."
  }
}
