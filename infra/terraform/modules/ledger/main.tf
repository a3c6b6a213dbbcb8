# The ledger itself: one task, one SQLite file on a durable volume.
#
# The task stops before its successor starts (0 % healthy, 100 % at most): two processes never share
# one SQLite file. So a rollout is a short outage of the writer; senders retry, and the reconciler
# finds what GitHub does not send again.

locals {
  data = "/data"

  # SQLite's write-ahead log needs shared memory, which a network file system has not.
  environment = merge(
    {
      LEDGER_DB      = "${local.data}/ledger.sqlite"
      LEDGER_JOURNAL = "delete"
      LEDGER_LISTEN  = "0.0.0.0:8080"
      TMPDIR         = local.data
    },
    var.policy == null ? {} : { LEDGER_CONFIG = local.policy_file },
    var.public_url == null ? {} : { LEDGER_PUBLIC_URL = var.public_url },
  )

  # What each container beside the ledger's is: when one ends, the task goes on.
  beside = {
    essential              = false
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { add = [], drop = ["ALL"] } } # as ../ecs_service
  }
  data_mount = { sourceVolume = "data", containerPath = local.data, readOnly = false }

  # Makes the file and the key that signs it; an existing one keeps all that it has. No startTimeout: a
  # migration may fold the log anew here, and Fargate's longest is 120 s.
  init_container = merge(local.beside, {
    name        = "init"
    image       = var.image
    command     = ["init"]
    environment = [for name, value in local.environment : { name = name, value = value }]
    secrets     = [for name, arn in local.secrets : { name = name, valueFrom = arn } if name == "LEDGER_SIGNING_KEY"]
    mountPoints = [local.data_mount]
  })

  policy_file = "${local.data}/ledger.yaml"
  policy_texts = concat(
    [{ file = local.policy_file, variable = "LEDGER_YAML", text = coalesce(var.policy, "unused") }],
    [
      for index, name in keys(var.policy_files) :
      { file = "${local.data}/${name}", variable = "POLICY_FILE_${index}", text = var.policy_files[name] }
    ],
  )
  policy_container = merge(local.beside, {
    name        = "policy"
    image       = var.shell_image
    entryPoint  = ["/bin/sh", "-c"]
    command     = [join(" && ", concat(["umask 077"], [for it in local.policy_texts : format("printf %%s \"$%s\" >%s", it.variable, it.file)]))]
    environment = [for it in local.policy_texts : { name = it.variable, value = it.text }]
    mountPoints = [local.data_mount]
  })

  # An event that waits in its queue is no reason to stop the writer.
  ingest_container = merge(local.beside, {
    name  = "ingest"
    image = try(var.ingest.image, "")
    command = [
      "ingest", "aws", "--server", "http://127.0.0.1:8080",
      "--region", data.aws_region.this.name, "--sqs-url", try(var.ingest.queue_url, ""),
    ]
    restartPolicy = { enabled = true, restartAttemptPeriod = 60 }
    environment   = [{ name = "HOME", value = "/tmp" }]
    secrets       = [{ name = "LEDGER_TOKEN", valueFrom = local.ingest_token }]
    dependsOn     = [{ containerName = "ledger", condition = "START" }]
  })

  more_containers = concat(
    [jsonencode(local.init_container)],
    var.policy == null ? [] : [jsonencode(local.policy_container)],
    var.ingest == null ? [] : [jsonencode(local.ingest_container)],
  )
}

data "aws_region" "this" {}
data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

module "service" {
  source = "../ecs_service"

  name             = var.name
  container        = "ledger"
  cluster_arn      = var.cluster_arn
  single_writer    = true
  replicas         = 1
  image            = var.image
  command          = ["serve"]
  environment      = local.environment
  secrets          = local.secrets
  cpu              = var.cpu
  memory           = var.memory
  cpu_architecture = var.cpu_architecture
  health_command   = var.health_command
  start_seconds    = 300 # as on Kubernetes: after a migration it may fold its log anew
  patience         = 10  # a new start is an outage

  # Not /health, which is bad while GitHub takes no status: starting again would not help.
  health_check_path = "/readyz"

  # Lists whose members have different shapes travel as JSON.
  more_containers       = [for container in local.more_containers : jsondecode(container)]
  depends_on_containers = merge({ init = "SUCCESS" }, var.policy == null ? {} : { policy = "SUCCESS" })
  mounts = {
    (local.data) = {
      file_system_id  = aws_efs_file_system.this.id
      access_point_id = aws_efs_access_point.this.id
    }
  }

  # A task that cannot mount its volume, or read its secrets, counts as a failed rollout.
  start_after = concat(
    aws_efs_mount_target.this[*].id,
    [aws_vpc_security_group_ingress_rule.volume.id, aws_vpc_security_group_egress_rule.volume.id],
    [aws_iam_role_policy.task.id],
    aws_iam_role_policy.execution[*].id,
  )

  execution_role_arn = local.execution_role_arn
  task_role_arn      = aws_iam_role.task.arn
  log_group          = var.log_group

  vpc_id                          = var.vpc_id
  subnet_ids                      = var.subnet_ids
  assign_public_ip                = var.assign_public_ip
  load_balancer_security_group_id = var.load_balancer_security_group_id
  listener_arns                   = var.listener_arns
  https_only                      = true # tokens
  host                            = var.host
  paths                           = var.paths
  priority                        = 100
}
