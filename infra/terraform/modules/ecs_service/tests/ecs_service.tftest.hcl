mock_provider "aws" {
  source = "../mocks"
}

variables {
  name                            = "ledger-test-hello"
  container                       = "hello"
  cluster_arn                     = "arn:aws:ecs:us-east-1:123456789012:cluster/ledger-test"
  replicas                        = 2
  image                           = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger-test:0123abc"
  command                         = ["serve", "--hello-only"]
  cpu_architecture                = "X86_64"
  execution_role_arn              = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  vpc_id                          = "vpc-12345678"
  subnet_ids                      = ["subnet-aaaaaaaa", "subnet-bbbbbbbb"]
  assign_public_ip                = true
  load_balancer_security_group_id = "sg-12345678"
  listener_arns                   = { http = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/0123456789abcdef" }
  priority                        = 1000
}

run "exactly_two_replicas_that_roll_back" {
  command = apply
  assert {
    condition     = aws_ecs_service.this.desired_count == 2
    error_message = "exactly two replicas"
  }
  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 100 && aws_ecs_service.this.deployment_maximum_percent == 200
    error_message = "both stay while the next ones start"
  }
  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "a rollout that fails is rolled back"
  }
  assert {
    condition     = aws_lb_target_group.this.target_type == "ip" && aws_lb_target_group.this.health_check[0].path == "/health"
    error_message = "tasks are asked at /health"
  }
  assert {
    condition     = aws_lb_target_group.this.deregistration_delay == "30"
    error_message = "a leaving task is waited for 30 seconds, as long as it may take to stop"
  }
  assert {
    condition     = one(aws_lb_listener_rule.this["http-0"].condition).path_pattern[0].values == toset(["/*"])
    error_message = "all paths that nobody else takes"
  }
}

run "the_container_may_as_little_as_possible" {
  command = apply
  variables {
    log_group      = "/ecs/ledger-test-hello"
    health_command = ["/usr/local/bin/ledger", "health"]
    secrets        = { LEDGER_APP_TOKEN = "arn:aws:ssm:us-east-1:123456789012:parameter/ledger/app" }
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image == var.image
    error_message = "the image that was named"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].command == ["serve", "--hello-only"]
    error_message = "the stateless role"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].user == "10001:10001"
    error_message = "not root, and nothing to write to"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].linuxParameters.capabilities == { add = [], drop = ["ALL"] }
    error_message = "no capabilities, as AWS answers it"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets == [{ name = "LEDGER_APP_TOKEN", valueFrom = "arn:aws:ssm:us-east-1:123456789012:parameter/ledger/app" }]
    error_message = "secrets by reference"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].logConfiguration.options["awslogs-group"] == "/ecs/ledger-test-hello"
    error_message = "logs go to the group"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.command == ["CMD", "/usr/local/bin/ledger", "health"]
    error_message = "ECS ignores the HEALTHCHECK of an image"
  }
  assert {
    condition     = aws_ecs_task_definition.this.runtime_platform[0].cpu_architecture == "X86_64"
    error_message = "the architecture is said"
  }
  assert {
    condition     = aws_ecs_task_definition.this.skip_destroy
    error_message = "ECS goes back to no revision that was deregistered"
  }
}

run "it_starts_at_once" {
  command = apply
  variables {
    health_command = ["/usr/local/bin/ledger", "health"]
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 10
    error_message = "or it is replaced soon"
  }
  assert {
    condition     = aws_ecs_service.this.health_check_grace_period_seconds == null
    error_message = "the load balancer is believed from the beginning"
  }
}

run "a_slow_start_is_waited_for" {
  command = apply
  variables {
    start_seconds  = 300
    health_command = ["/usr/local/bin/ledger", "health"]
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.startPeriod == 300
    error_message = "by what ECS asks itself"
  }
  assert {
    condition     = aws_ecs_service.this.health_check_grace_period_seconds == 300
    error_message = "and by what the load balancer asks"
  }
}

run "ecs_waits_no_longer_than_five_minutes" {
  command = plan
  variables {
    start_seconds = 301
  }
  expect_failures = [var.start_seconds]
}

run "without_a_log_group_no_logs" {
  command = apply
  assert {
    condition     = !contains(keys(jsondecode(aws_ecs_task_definition.this.container_definitions)[0]), "logConfiguration")
    error_message = "awslogs without a group keeps a task from starting"
  }
}

run "never_more_than_two_at_a_time" {
  command = apply
  variables {
    surge = false
  }
  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 50 && aws_ecs_service.this.deployment_maximum_percent == 100
    error_message = "one goes before the next one comes"
  }
}

run "a_writer_is_alone" {
  command = apply
  variables {
    single_writer = true
    replicas      = 1
    host          = "ledger.example.com"
    paths         = ["/a", "/b", "/c", "/d", "/e"]
    mounts        = { "/data" = { file_system_id = "fs-12345678", access_point_id = "fsap-12345678" } }
  }
  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 0 && aws_ecs_service.this.deployment_maximum_percent == 100
    error_message = "the old task stops before the new one starts"
  }
  assert {
    condition     = keys(aws_lb_listener_rule.this) == ["http-0", "http-1"] && aws_lb_listener_rule.this["http-1"].priority == 1001
    error_message = "a rule has at most five values, the host included"
  }
  assert {
    condition     = one(aws_ecs_task_definition.this.volume).efs_volume_configuration[0].transit_encryption == "ENABLED"
    error_message = "the volume is mounted over TLS"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].mountPoints[0].containerPath == "/data"
    error_message = "the volume is mounted"
  }
}

run "without_a_certificate_it_is_served_as_it_can_be" {
  command = apply
  variables {
    https_only = true
  }
  assert {
    condition     = output.rule_actions == { http-0 = "forward" }
    error_message = "there is nowhere to send anybody"
  }
}

run "what_is_given_secrets_is_served_over_tls_alone" {
  command = apply
  variables {
    https_only = true
    paths      = ["/a", "/b", "/c", "/d", "/e", "/f"]
    listener_arns = {
      http  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/0123456789abcdef"
      https = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/fedcba9876543210"
    }
  }
  assert {
    condition     = output.rule_actions == { http-0 = "redirect", http-1 = "redirect", https-0 = "forward", https-1 = "forward" }
    error_message = "no path of it is served in the clear"
  }
  assert {
    condition = alltrue([
      for name in ["http-0", "http-1"] :
      one(one(aws_lb_listener_rule.this[name].action).redirect).protocol == "HTTPS" && one(one(aws_lb_listener_rule.this[name].action).redirect).port == "443"
    ])
    error_message = "to the same address, with TLS"
  }
}

run "the_others_stay_on_port_80" {
  command = apply
  variables {
    listener_arns = {
      http  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/0123456789abcdef"
      https = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/fedcba9876543210"
    }
  }
  assert {
    condition     = output.rule_actions == { http-0 = "forward", https-0 = "forward" }
    error_message = "the stateless one is served on both"
  }
}

run "a_variable_without_a_value_is_refused" {
  command = plan
  variables {
    environment = { LEDGER_CONFIG = "" }
  }
  expect_failures = [aws_ecs_task_definition.this]
}

run "and_so_is_one_of_a_container_beside_it" {
  command = plan
  variables {
    more_containers = [{ name = "init", image = "x:1" }, { name = "policy", image = "x:1", environment = [{ name = "LEDGER_YAML", value = "" }] }]
  }
  expect_failures = [aws_ecs_task_definition.this]
}

run "three_replicas_are_refused" {
  command = plan
  variables {
    replicas = 3
  }
  expect_failures = [var.replicas]
}

run "one_replica_is_refused" {
  command = plan
  variables {
    replicas = 1
  }
  expect_failures = [var.replicas]
}

run "two_writers_are_refused" {
  command = plan
  variables {
    single_writer = true
  }
  expect_failures = [var.replicas]
}

run "latest_is_refused" {
  command = plan
  variables {
    image = "docker.io/acme/ledger:latest"
  }
  expect_failures = [var.image]
}

run "an_image_without_a_tag_is_refused" {
  command = plan
  variables {
    image = "registry.example.com:5000/acme/ledger"
  }
  expect_failures = [var.image]
}

run "a_digest_is_taken" {
  command = plan
  variables {
    image = "docker.io/acme/ledger@sha256:6c62fb45e4f7a6b1ac0c0fbcd0e5b3d1b5a0e8b8a3a2c3d4e5f60718293a4b5c"
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image == var.image
    error_message = "by its digest"
  }
}

run "a_secret_value_is_refused" {
  command = plan
  variables {
    secrets = { LEDGER_APP_TOKEN = "EXAMPLE-TOKEN" }
  }
  expect_failures = [var.secrets]
}

run "an_unknown_architecture_is_refused" {
  command = plan
  variables {
    cpu_architecture = "arm64"
  }
  expect_failures = [var.cpu_architecture]
}
