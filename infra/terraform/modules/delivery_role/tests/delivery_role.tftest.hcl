mock_provider "aws" {
  source = "../mocks"
}

variables {
  name              = "ledger-test-delivery"
  github_repository = "acme/api"
  subjects          = ["environment:test", "ref:refs/heads/main"]
  pushes_to_ecr     = true
  repository_arn    = "arn:aws:ecr:us-east-1:123456789012:repository/ledger-test"
  cluster_arn       = "arn:aws:ecs:us-east-1:123456789012:cluster/ledger-test"
  service_arns      = ["arn:aws:ecs:us-east-1:123456789012:service/ledger-test/hello"]
  families          = ["ledger-test-hello"]
  pass_role_arns    = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
  state_bucket      = "ledger-tfstate-test"
  state_key         = "test/terraform.tfstate"
}

run "these_jobs_of_this_repository" {
  command = apply
  assert {
    condition = toset(one([for it in data.aws_iam_policy_document.trust.statement[0].condition : it if endswith(it.variable, ":sub")]).values) == toset([
      "repo:acme/api:environment:test", "repo:acme/api:ref:refs/heads/main",
    ])
    error_message = "the environment and the branch, nobody else"
  }
  assert {
    condition     = alltrue([for it in data.aws_iam_policy_document.trust.statement[0].condition : it.test == "StringEquals"])
    error_message = "no patterns"
  }
  assert {
    condition     = one([for it in data.aws_iam_policy_document.trust.statement[0].condition : it if endswith(it.variable, ":aud")]).values == tolist(["sts.amazonaws.com"])
    error_message = "tokens that were made for AWS"
  }
}

run "a_repository_whose_tokens_hold_ids" {
  command = apply
  variables {
    github_owner_id      = 45
    github_repository_id = 1304267049
  }
  assert {
    condition = toset(one([for it in data.aws_iam_policy_document.trust.statement[0].condition : it if endswith(it.variable, ":sub")]).values) == toset([
      "repo:acme@45/api@1304267049:environment:test", "repo:acme@45/api@1304267049:ref:refs/heads/main",
    ])
    error_message = "its names with their ids, and not the names alone, which may be somebody else's by now"
  }
}

run "a_deploy_and_nothing_else" {
  command = apply
  assert {
    condition = toset([for it in data.aws_iam_policy_document.deploy.statement : it.sid if contains(it.resources, "*")]) == toset([
      "login", "revisions",
    ])
    error_message = "only what knows no resources is for all of them"
  }
  assert {
    condition     = alltrue([for it in data.aws_iam_policy_document.deploy.statement : alltrue([for action in it.actions : !strcontains(action, "*")])])
    error_message = "no wildcards in actions"
  }
  assert {
    condition = one([for it in data.aws_iam_policy_document.deploy.statement : it if it.sid == "roles"]).condition == toset([
      { test = "StringEquals", variable = "iam:PassedToService", values = tolist(["ecs-tasks.amazonaws.com"]) },
    ])
    error_message = "roles are passed to tasks only"
  }
  assert {
    condition     = one([for it in data.aws_iam_policy_document.deploy.statement : it if it.sid == "services"]).resources == toset(var.service_arns)
    error_message = "these services only"
  }
  assert {
    condition     = one([for it in data.aws_iam_policy_document.deploy.statement : it if it.sid == "tag"]).resources == toset(["arn:aws:ecs:us-east-1:123456789012:task-definition/ledger-test-hello:*"])
    error_message = "these families only"
  }
  assert {
    condition     = one([for it in data.aws_iam_policy_document.deploy.statement : it if it.sid == "outputs"]).resources == toset(["arn:aws:s3:::ledger-tfstate-test/test/terraform.tfstate"])
    error_message = "this state only"
  }
}

run "pull_requests_are_refused" {
  command = plan
  variables {
    subjects = ["pull_request"]
  }
  expect_failures = [var.subjects]
}

run "any_branch_is_refused" {
  command = plan
  variables {
    subjects = ["ref:refs/heads/*"]
  }
  expect_failures = [var.subjects]
}

run "one_id_is_refused" {
  command = plan
  variables {
    github_owner_id = 45
  }
  expect_failures = [var.github_repository_id]
}

run "any_id_of_an_owner_is_refused" {
  command = plan
  variables {
    github_owner_id      = "*"
    github_repository_id = 640
  }
  expect_failures = [var.github_owner_id]
}

run "any_id_of_a_repository_is_refused" {
  command = plan
  variables {
    github_owner_id      = 45
    github_repository_id = "640:*"
  }
  expect_failures = [var.github_repository_id]
}

run "any_repository_is_refused" {
  command = plan
  variables {
    github_repository = "acme/*"
  }
  expect_failures = [var.github_repository]
}
