terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "aws_ecr_repository" "this" {
  name                 = "ledger-dev"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true
}

resource "aws_ecs_cluster" "this" { name = "ledger-dev" }

data "aws_subnets" "default" {
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "ledger-dev"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "app", image = "ledger-dev:initial", essential = true }])
}

resource "aws_ecs_service" "this" {
  name            = "ledger-dev"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = 2
  launch_type     = "FARGATE"

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = data.aws_subnets.default.ids
    assign_public_ip = true
  }

  lifecycle { ignore_changes = [task_definition, availability_zone_rebalancing] }
}
