mock_provider "aws" {
  source = "../mocks"
}

variables {
  project           = "ledger"
  github_repository = "acme/api"
  state_bucket      = "ledger-tfstate-test"
}

run "only_the_environment_teardown" {
  command = apply
  assert {
    condition     = one([for it in data.aws_iam_policy_document.trust.statement[0].condition : it if endswith(it.variable, ":sub")]).values == tolist(["repo:acme/api:environment:teardown"])
    error_message = "a job that deploys must not be able to destroy"
  }
  assert {
    condition     = alltrue([for it in data.aws_iam_policy_document.trust.statement[0].condition : it.test == "StringEquals"])
    error_message = "no patterns"
  }
}

run "a_repository_whose_tokens_hold_ids" {
  command = apply
  variables {
    github_owner_id      = 45
    github_repository_id = 640
  }
  assert {
    condition     = one([for it in data.aws_iam_policy_document.trust.statement[0].condition : it if endswith(it.variable, ":sub")]).values == tolist(["repo:acme@45/api@640:environment:teardown"])
    error_message = "its names with their ids, and not the names alone"
  }
}

run "it_makes_nothing" {
  command = apply
  assert {
    condition = alltrue(flatten([
      for it in data.aws_iam_policy_document.teardown.statement : [
        # A backup policy gives nobody a right, and is deleted by writing DISABLED.
        for action in it.actions : !can(regex(":(Create|Run|Register|Put[A-Z][a-z]*Policy|Attach|PassRole|\\*)", action))
        if action != "elasticfilesystem:PutBackupPolicy"
      ] if it.effect != "Deny"
    ]))
    error_message = "whoever tears down makes nothing, and passes no role"
  }
  assert {
    condition = toset([
      for it in data.aws_iam_policy_document.teardown.statement : it.sid
      if contains(it.resources, "*") && length(it.condition) == 0
    ]) == toset(["look", "untagged"])
    error_message = "what is removed has the project's tag"
  }
  assert {
    condition     = one([for it in data.aws_iam_policy_document.teardown.statement : it if it.sid == "itself"]).effect == "Deny"
    error_message = "it does not change itself"
  }
}

run "what_a_destroy_asks_for_besides" {
  command = apply
  assert {
    condition     = contains(one([for it in data.aws_iam_policy_document.teardown.statement : it if it.sid == "look"]).actions, "secretsmanager:GetRandomPassword")
    error_message = "its plan opens the ephemeral password of a secret"
  }
  assert {
    condition     = contains(one([for it in data.aws_iam_policy_document.teardown.statement : it if it.sid == "remove"]).actions, "elasticfilesystem:PutBackupPolicy")
    error_message = "the provider deletes a backup policy by writing it"
  }
  assert {
    condition = [
      for it in data.aws_iam_policy_document.teardown.statement : it.resources
      if contains(it.actions, "events:DeleteApiDestination") && length(it.condition) == 0
    ] == [toset(["arn:aws:events:*:123456789012:api-destination/ledger-*"])]
    error_message = "an API destination has no tags to be known by, but a name"
  }
}

run "one_id_is_refused" {
  command = plan
  variables {
    github_repository_id = 640
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

run "no_repository_no_role" {
  command = plan
  variables {
    github_repository = "acme"
  }
  expect_failures = [var.github_repository]
}
