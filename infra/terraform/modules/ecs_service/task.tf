# The first task definition.

locals {
  volumes = {
    for path in keys(var.mounts) : path => replace(trim(path, "/"), "/", "-")
  }

  log_configuration = var.log_group == null ? null : {
    logDriver = "awslogs"
    options = {
      awslogs-group         = var.log_group
      awslogs-region        = data.aws_region.this.name
      awslogs-stream-prefix = "ecs"
    }
  }

  first_container = {
    name                   = var.container
    image                  = var.image
    command                = var.command
    essential              = true
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    stopTimeout            = 30
    portMappings           = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
    environment            = [for name, value in var.environment : { name = name, value = value }]
    secrets                = [for name, arn in var.secrets : { name = name, valueFrom = arn }]
    mountPoints = [
      for path, volume in local.volumes :
      { sourceVolume = volume, containerPath = path, readOnly = false }
    ]
    dependsOn = [
      for name, condition in var.depends_on_containers :
      { containerName = name, condition = condition }
    ]
    healthCheck = length(var.health_command) == 0 ? null : {
      command     = concat(["CMD"], var.health_command)
      interval    = 30
      timeout     = 5
      retries     = 3
      startPeriod = coalesce(var.start_seconds, 10)
    }
    # AWS answers with the empty list, too; without it each plan would differ
    # (terraform-aws-modules/terraform-aws-ecs#176).
    linuxParameters  = { capabilities = { add = [], drop = ["ALL"] } }
    logConfiguration = local.log_configuration
  }

  containers = concat(
    [local.first_container],
    [
      for container in var.more_containers :
      merge(container, { logConfiguration = local.log_configuration })
    ],
  )
}

data "aws_region" "this" {}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task_role_arn
  # The service may still run the one before, and ECS goes back to none that was deregistered.
  skip_destroy = true

  # Members without a value are left out, as AWS leaves them out of its answer.
  container_definitions = jsonencode([
    for container in local.containers :
    { for key, value in container : key => value if value != null }
  ])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  dynamic "volume" {
    for_each = local.volumes
    content {
      name = volume.value
      efs_volume_configuration {
        file_system_id     = var.mounts[volume.key].file_system_id
        transit_encryption = "ENABLED"
        authorization_config {
          access_point_id = var.mounts[volume.key].access_point_id
          iam             = "ENABLED"
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition = alltrue(flatten([
        for container in local.containers :
        [for variable in try(container.environment, []) : variable.value != null && variable.value != ""]
      ]))
      error_message = "A variable of a container has no value: AWS drops it, and each plan would replace the task definition (hashicorp/terraform-provider-aws#39533). Leave it out."
    }
  }
}
