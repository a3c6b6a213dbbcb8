mock_provider "aws" {
  source = "../mocks"
}

variables {
  environment      = "dev"
  vpc              = "own"
  egress           = "public-ip"
  cpu_architecture = "X86_64"
  image_tag        = "0123abc"
  ledger_secrets   = { LEDGER_WEBHOOK_SECRET = "/ledger/dev/webhook-secret" }
}

run "what_a_deploy_has_to_know" {
  command = apply
  assert {
    condition     = [output.cluster, output.hello_service, output.hello_family, output.hello_container] == ["ledger-dev", "ledger-dev-hello", "ledger-dev-hello", "hello"]
    error_message = "cluster and hello service"
  }
  assert {
    condition     = [output.ledger_service, output.ledger_family, output.ledger_container] == ["ledger-dev-ledger", "ledger-dev-ledger", "ledger"]
    error_message = "the ledger's service"
  }
  assert {
    condition     = output.ledger_url == "http://x-1.us-east-1.elb.amazonaws.com" && output.dns_name == "x-1.us-east-1.elb.amazonaws.com"
    error_message = "addresses"
  }
  assert {
    condition     = output.repository_url == "123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger-test" && output.region == "us-east-1"
    error_message = "image and region"
  }
  assert {
    condition     = local.image == "123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger-test:0123abc"
    error_message = "the image carries the tag"
  }
  assert {
    condition     = output.delivery_role_arn == null
    error_message = "no role for nobody"
  }
}

run "a_repository_may_deploy" {
  command = apply
  variables {
    github_repository = "acme/api"
    state_bucket      = "ledger-tfstate-test"
  }
  assert {
    condition     = output.delivery_role_arn == "arn:aws:iam::123456789012:role/made"
    error_message = "a role for its workflows"
  }
}

run "a_repository_whose_tokens_hold_ids" {
  command = apply
  variables {
    github_repository    = "acme/api"
    github_owner_id      = 45
    github_repository_id = 640
  }
  assert {
    condition     = output.delivery_role_arn == "arn:aws:iam::123456789012:role/made"
    error_message = "a role for its workflows"
  }
}

run "the_hello_service_alone" {
  command = apply
  variables {
    ledger = false
  }
  assert {
    condition     = output.ledger_service == null && output.ledger_url == null && length(module.ledger) == 0
    error_message = "no ledger"
  }
}

run "a_host_with_a_certificate" {
  command = apply
  variables {
    ledger_host     = "ledger.example.com"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
  }
  assert {
    condition     = output.ledger_url == "https://ledger.example.com"
    error_message = "the ledger's own address, with TLS"
  }
  assert {
    condition     = module.hello.rule_actions == { http-0 = "forward", https-0 = "forward" }
    error_message = "hello is served on port 80, too"
  }
}

run "a_certificate_is_for_a_name" {
  command = plan
  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
  }
  expect_failures = [check.the_ledger_has_a_name]
}

run "three_replicas_are_refused" {
  command = plan
  variables {
    hello_replicas = 3
  }
  expect_failures = [var.hello_replicas]
}

run "docker_hub_needs_the_internet" {
  command = plan
  variables {
    egress             = "endpoints"
    outside_repository = "docker.io/acme/ledger"
    ledger             = false
  }
  expect_failures = [var.outside_repository]
}

run "a_shell_needs_the_internet" {
  command = plan
  variables {
    egress        = "endpoints"
    ledger_policy = "version: 1\n"
  }
  expect_failures = [var.shell_image, check.the_ledger_reaches_github]
}

run "a_shell_in_ecr_does_not" {
  command = plan
  variables {
    egress        = "endpoints"
    ledger_policy = "version: 1\n"
    shell_image   = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger-dev:busybox"
  }
  expect_failures = [check.the_ledger_reaches_github]
}

run "nor_is_an_ingest_of_docker_hub_reached" {
  command = plan
  variables {
    egress = "endpoints"
    ingest = { image = "docker.io/acme/ledger-aws:1.0.0", token = "/ledger/dev/ingest-token" }
  }
  expect_failures = [var.ingest, check.the_ledger_reaches_github]
}

run "endpoints_warn_of_github" {
  command = plan
  variables {
    egress = "endpoints"
  }
  expect_failures = [check.the_ledger_reaches_github]
}

run "an_unknown_environment" {
  command = plan
  variables {
    environment = "qa"
  }
  expect_failures = [var.environment]
}
