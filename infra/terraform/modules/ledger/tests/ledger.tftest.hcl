mock_provider "aws" {
  source = "../mocks"
}

variables {
  name                            = "ledger-test-ledger"
  cluster_arn                     = "arn:aws:ecs:us-east-1:123456789012:cluster/ledger-test"
  image                           = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger-test:0123abc"
  cpu_architecture                = "ARM64"
  pulls_from_ecr                  = true
  repository_arn                  = "arn:aws:ecr:us-east-1:123456789012:repository/ledger-test"
  log_group                       = "/ecs/ledger-test-ledger"
  log_group_arn                   = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/ledger-test-ledger"
  vpc_id                          = "vpc-12345678"
  subnet_ids                      = ["subnet-aaaaaaaa", "subnet-bbbbbbbb"]
  assign_public_ip                = true
  load_balancer_security_group_id = "sg-12345678"
  listener_arns                   = { http = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/0123456789abcdef" }
  paths                           = ["/v1/*"]
  public_url                      = "https://ledger.example.com"
  secrets                         = { LEDGER_WEBHOOK_SECRET = "/ledger/test/webhook-secret" }
}

run "a_journal_that_a_network_file_system_bears" {
  command = apply
  assert {
    condition     = local.environment.LEDGER_JOURNAL == "delete"
    error_message = "a write-ahead log needs shared memory"
  }
  assert {
    condition     = local.environment.LEDGER_DB == "/data/ledger.sqlite" && local.environment.TMPDIR == "/data"
    error_message = "file and temporary files on the volume: nothing else can be written to"
  }
  assert {
    condition     = !contains(keys(local.environment), "LEDGER_CONFIG")
    error_message = "without a policy no file is looked for"
  }
  assert {
    condition     = module.service.containers[*].name == ["ledger", "init"]
    error_message = "without a policy nothing is written, without a queue none is read"
  }
}

run "tokens_travel_over_tls_where_there_is_a_certificate" {
  command = apply
  variables {
    listener_arns = {
      http  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/0123456789abcdef"
      https = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/fedcba9876543210"
    }
  }
  assert {
    condition     = module.service.rule_actions == { http-0 = "redirect", https-0 = "forward" }
    error_message = "port 80 serves nothing of it"
  }
}

run "what_a_new_start_cannot_mend_ends_no_writer" {
  command = apply
  variables {
    health_command = ["/usr/local/bin/ledger", "health"]
  }
  assert {
    condition     = module.service.health_check_path == "/readyz"
    error_message = "/health is bad, too, while GitHub takes no status"
  }
  assert {
    condition     = module.service.containers[0].healthCheck.startPeriod == 300
    error_message = "nor does a log that is folded anew"
  }
}

run "a_log_is_signed_from_its_first_entry" {
  command = apply
  variables {
    policy = "version: 1\n"
    secrets = {
      LEDGER_WEBHOOK_SECRET = "/ledger/test/webhook-secret"
      LEDGER_SIGNING_KEY    = "/ledger/test/signing-key"
    }
  }
  assert {
    condition     = [module.service.containers[1].command, module.service.containers[1].image] == [["init"], var.image]
    error_message = "ledger init, of the ledger's own image"
  }
  assert {
    condition     = module.service.containers[0].dependsOn == [for name in ["init", "policy"] : { containerName = name, condition = "SUCCESS" }]
    error_message = "the ledger starts when both are done"
  }
  assert {
    condition     = !module.service.containers[1].essential
    error_message = "that it ends must not end the task"
  }
  assert {
    condition = alltrue([
      for name in ["environment", "mountPoints", "user", "readonlyRootFilesystem", "linuxParameters"] :
      module.service.containers[1][name] == module.service.containers[0][name]
    ])
    error_message = "the same file, as the same user, who may as little"
  }
  assert {
    condition     = module.service.containers[1].secrets == [{ name = "LEDGER_SIGNING_KEY", valueFrom = "arn:aws:ssm:us-east-1:123456789012:parameter/ledger/test/signing-key" }]
    error_message = "a key that was given is the one that signs; it needs no other secret"
  }
}

run "the_volume_lasts_and_is_reached_from_each_zone" {
  command = apply
  assert {
    condition     = aws_efs_file_system.this.encrypted && length(aws_efs_mount_target.this) == 2
    error_message = "encrypted, a mount target in each subnet"
  }
  assert {
    condition     = aws_efs_access_point.this.posix_user[0].uid == 10001 && aws_efs_access_point.this.root_directory[0].creation_info[0].permissions == "0750"
    error_message = "for the user of the image alone"
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.volume.from_port == 2049 && aws_vpc_security_group_ingress_rule.volume.cidr_ipv4 == null
    error_message = "NFS, from the task's group and no network"
  }
  assert {
    condition     = length(aws_efs_backup_policy.this) == 0
    error_message = "no copies that outlive a destroy, unless asked for"
  }
}

run "secrets_are_references" {
  command = apply
  variables {
    secrets = {
      LEDGER_WEBHOOK_SECRET = "/ledger/test/webhook-secret"
      LEDGER_GITHUB_TOKEN   = "arn:aws:secretsmanager:us-east-1:123456789012:secret:github-AbCdEf"
    }
  }
  assert {
    condition     = local.secrets["LEDGER_WEBHOOK_SECRET"] == "arn:aws:ssm:us-east-1:123456789012:parameter/ledger/test/webhook-secret"
    error_message = "the name of a parameter becomes its ARN"
  }
  assert {
    condition     = data.aws_iam_policy_document.execution.statement[*].sid == tolist(["login", "logs", "parameters", "pull", "secrets"])
    error_message = "the execution role may log in, pull, log and read, and no more"
  }
  assert {
    condition     = toset(one([for it in data.aws_iam_policy_document.execution.statement : it if it.sid == "secrets"]).resources) == toset(["arn:aws:secretsmanager:us-east-1:123456789012:secret:github-AbCdEf"])
    error_message = "these secrets and no others"
  }
}

run "a_given_role_is_used" {
  command = apply
  variables {
    execution_role_name = "ecsTaskExecutionRole"
  }
  assert {
    condition     = output.role_arns[0] == "arn:aws:iam::123456789012:role/ecsTaskExecutionRole" && length(aws_iam_role.execution) == 0
    error_message = "the role of that name, and none is made"
  }
}

run "the_program_may_use_its_volume_only" {
  command = apply
  assert {
    condition     = length(data.aws_iam_policy_document.task.statement) == 1
    error_message = "the volume, and nothing else"
  }
  assert {
    condition     = one(data.aws_iam_policy_document.task.statement[0].condition).variable == "elasticfilesystem:AccessPointArn"
    error_message = "through its access point only"
  }
}

run "a_policy_is_written_before_the_start" {
  command = apply
  variables {
    policy = "version: 1\n"
  }
  assert {
    condition     = module.service.containers[2].environment[0].value == "version: 1\n"
    error_message = "the text as it is"
  }
  assert {
    condition     = local.environment.LEDGER_CONFIG == "/data/ledger.yaml" && !module.service.containers[2].essential
    error_message = "the ledger reads it, and the container may end"
  }
}

run "what_the_policy_names_lies_beside_it" {
  command = apply
  variables {
    policy       = "attestations: {roots: [root.pem], keys: [build.pem]}\n"
    policy_files = { "root.pem" = "-----BEGIN CERTIFICATE-----\n", "build.pem" = "it's \"$HOME\"\n" }
  }
  assert {
    condition = module.service.containers[2].command == [join(" && ", [
      "umask 077",
      "printf %s \"$LEDGER_YAML\" >/data/ledger.yaml",
      "printf %s \"$POLICY_FILE_0\" >/data/build.pem",
      "printf %s \"$POLICY_FILE_1\" >/data/root.pem",
    ])]
    error_message = "each where the ledger looks for it, and none is left out unnoticed"
  }
  assert {
    condition = module.service.containers[2].environment[*].value == [
      "attestations: {roots: [root.pem], keys: [build.pem]}\n", "it's \"$HOME\"\n", "-----BEGIN CERTIFICATE-----\n",
    ]
    error_message = "the texts as they are, out of the shell's reach"
  }
}

run "no_variable_is_empty" {
  command = apply
  variables {
    policy       = "version: 1\n"
    policy_files = { "root.pem" = "x" }
    ingest = {
      image     = "docker.io/acme/ledger-aws:1.0.0"
      queue_url = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
      queue_arn = "arn:aws:sqs:us-east-1:123456789012:q"
      token     = "/ledger/test/ingest-token"
    }
  }
  assert {
    condition = alltrue(flatten([
      for container in module.service.containers : [for variable in container.environment : variable.value != ""]
    ]))
    error_message = "AWS drops a variable without a value, and each plan would differ"
  }
  assert {
    condition = alltrue([
      for container in module.service.containers :
      container.linuxParameters.capabilities.add == [] && container.linuxParameters.capabilities.drop == ["ALL"]
    ])
    error_message = "AWS answers with the empty list of what is added"
  }
}

run "an_empty_policy_is_refused" {
  command = plan
  variables {
    policy = ""
  }
  expect_failures = [var.policy]
}

run "an_empty_file_is_refused" {
  command = plan
  variables {
    policy       = "version: 1\n"
    policy_files = { "root.pem" = "" }
  }
  expect_failures = [var.policy_files]
}

run "files_without_a_policy_are_refused" {
  command = plan
  variables {
    policy_files = { "root.pem" = "x" }
  }
  expect_failures = [var.policy_files]
}

run "a_folder_is_no_name" {
  command = plan
  variables {
    policy       = "version: 1\n"
    policy_files = { "../root.pem" = "x" }
  }
  expect_failures = [var.policy_files]
}

run "nor_is_a_command" {
  command = plan
  variables {
    policy       = "version: 1\n"
    policy_files = { "root.pem; rm -r ." = "x" }
  }
  expect_failures = [var.policy_files]
}

run "the_log_is_written_over_by_no_file" {
  command = plan
  variables {
    policy       = "version: 1\n"
    policy_files = { "ledger.sqlite.key" = "x" }
  }
  expect_failures = [var.policy_files]
}

run "more_than_a_task_definition_holds" {
  command = plan
  variables {
    policy       = "version: 1\n"
    policy_files = { "root.pem" = format("%32768s", "x") }
  }
  expect_failures = [var.policy_files]
}

run "a_queue_is_emptied_beside_the_ledger" {
  command = apply
  variables {
    ingest = {
      image     = "docker.io/acme/ledger-aws:1.0.0"
      queue_url = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
      queue_arn = "arn:aws:sqs:us-east-1:123456789012:q"
      token     = "/ledger/test/ingest-token"
    }
  }
  assert {
    condition = module.service.containers[2].command == [
      "ingest", "aws", "--server", "http://127.0.0.1:8080", "--region", "us-east-1",
      "--sqs-url", "https://sqs.us-east-1.amazonaws.com/123456789012/q",
    ]
    error_message = "ledger ingest aws"
  }
  assert {
    condition     = !module.service.containers[2].essential && module.service.containers[2].restartPolicy.enabled
    error_message = "it starts again by itself, and never stops the ledger"
  }
  assert {
    condition     = toset(data.aws_iam_policy_document.task.statement[1].actions) == toset(["sqs:ReceiveMessage", "sqs:DeleteMessage"])
    error_message = "receive and delete, from this queue"
  }
  assert {
    condition     = contains(local.all_secrets, "arn:aws:ssm:us-east-1:123456789012:parameter/ledger/test/ingest-token")
    error_message = "the execution role reads its token"
  }
}

run "postgresql_is_refused_until_it_is_built" {
  command = plan
  variables {
    database_url_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
  }
  expect_failures = [var.database_url_secret_arn]
}

run "without_a_webhook_secret_it_would_not_start" {
  command = plan
  variables {
    secrets = { LEDGER_GITHUB_TOKEN = "/x/y" }
  }
  expect_failures = [var.secrets]
}

run "a_secret_value_is_refused" {
  command = plan
  variables {
    secrets = { LEDGER_WEBHOOK_SECRET = "EXAMPLE-TOKEN" }
  }
  expect_failures = [var.secrets]
}

run "a_file_of_a_secret_is_refused" {
  command = plan
  variables {
    secrets = { LEDGER_WEBHOOK_SECRET = "/x/y", LEDGER_GITHUB_TOKEN_FILE = "/x/y" }
  }
  expect_failures = [var.secrets]
}
