# A service on Fargate behind the load balancer.
#
# Terraform makes the first task definition; CI registers the next ones and points the service at
# them, so the service ignores which one it runs.

locals {
  # A rule has at most five values in all its conditions together, a host included.
  path_chunks = chunklist(var.paths, var.host == null ? 5 : 4)
  rules = {
    for pair in setproduct(keys(var.listener_arns), range(length(local.path_chunks))) :
    "${pair[0]}-${pair[1]}" => {
      scheme = pair[0]
      chunk  = tonumber(pair[1])
      # Without a certificate there is nowhere to send anybody.
      redirected = var.https_only && pair[0] == "http" && contains(keys(var.listener_arns), "https")
    }
  }

  # Healthy and maximum percent of `replicas` during a rollout.
  rollout = var.single_writer ? [0, 100] : (var.surge ? [100, 200] : [50, 100])
}

resource "aws_lb_target_group" "this" {
  name                 = var.name
  port                 = var.port
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 30

  health_check {
    path                = var.health_check_path
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = var.patience
  }
}

resource "aws_lb_listener_rule" "this" {
  for_each     = local.rules
  listener_arn = var.listener_arns[each.value.scheme]
  priority     = var.priority + each.value.chunk

  action {
    type             = each.value.redirected ? "redirect" : "forward"
    target_group_arn = each.value.redirected ? null : aws_lb_target_group.this.arn
    dynamic "redirect" {
      for_each = each.value.redirected ? ["443"] : []
      content {
        port        = redirect.value
        protocol    = "HTTPS"
        status_code = "HTTP_301"
      }
    }
  }
  condition {
    path_pattern {
      values = local.path_chunks[each.value.chunk]
    }
  }
  dynamic "condition" {
    for_each = var.host[*]
    content {
      host_header {
        values = [condition.value]
      }
    }
  }
}

resource "aws_security_group" "task" {
  name        = "${var.name}-task"
  description = "Tasks of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-task" }
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  security_group_id            = aws_security_group.task.id
  tags                         = { Name = "the load balancer" }
  referenced_security_group_id = var.load_balancer_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

resource "aws_vpc_security_group_egress_rule" "to_task" {
  security_group_id            = var.load_balancer_security_group_id
  tags                         = { Name = "tasks of ${var.name}" }
  referenced_security_group_id = aws_security_group.task.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.task.id
  description       = "HTTPS: registry, logs, secrets, GitHub"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_ecs_service" "this" {
  name                   = var.name
  cluster                = var.cluster_arn
  task_definition        = aws_ecs_task_definition.this.arn
  launch_type            = "FARGATE"
  platform_version       = "1.4.0"
  desired_count          = var.replicas
  propagate_tags         = "SERVICE"
  enable_execute_command = var.enable_execute_command

  # Without it a task that starts slowly is killed and starts anew, for ever.
  health_check_grace_period_seconds = var.start_seconds

  deployment_minimum_healthy_percent = local.rollout[0]
  deployment_maximum_percent         = local.rollout[1]

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.task.id]
    assign_public_ip = var.assign_public_ip
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = var.container
    container_port   = var.port
  }

  lifecycle {
    # CI's revisions; and a default that AWS fills in and the provider would take out for ever.
    ignore_changes = [task_definition, availability_zone_rebalancing]
  }

  # A target group without a listener is refused, and a task without its ways out starts for nothing.
  depends_on = [
    var.start_after,
    aws_lb_listener_rule.this,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.to_task,
    aws_vpc_security_group_ingress_rule.from_load_balancer,
  ]
}
