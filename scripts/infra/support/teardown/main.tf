# A small environment for scripts/infra/test.d/45-teardown: one of each kind of trap, and quick to make.
terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

variable "ledger_token" {
  type      = string
  sensitive = true
}

provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = { Project = "ledger", Environment = "dev", ManagedBy = "terraform" }
  }
}

data "aws_iam_role" "execution" { name = "ecsTaskExecutionRole" }

module "service" { source = "./service" }

resource "aws_cloudwatch_event_connection" "ledger" {
  name               = "ledger-dev"
  authorization_type = "API_KEY"
  auth_parameters {
    api_key {
      key   = "X-API-Key"
      value = var.ledger_token
    }
  }
}

resource "aws_cloudwatch_event_rule" "ecs" {
  name          = "ledger-dev-ecs"
  event_pattern = jsonencode({ source = ["aws.ecs"] })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/ledger-dev"
  retention_in_days = 7
}

resource "aws_iam_role" "events" {
  name = "ledger-dev-events"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "events" {
  role = aws_iam_role.events.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "events:InvokeApiDestination", Resource = "*" }]
  })
}
