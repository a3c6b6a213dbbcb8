# The durable volume, for user 10001 alone, mounted over TLS and with the task's role.

resource "aws_efs_file_system" "this" {
  creation_token   = var.name
  encrypted        = true
  performance_mode = "generalPurpose"
  throughput_mode  = "elastic"
  tags             = { Name = var.name }
}

resource "aws_efs_backup_policy" "this" {
  count          = var.backup ? 1 : 0
  file_system_id = aws_efs_file_system.this.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_access_point" "this" {
  file_system_id = aws_efs_file_system.this.id
  posix_user {
    uid = 10001
    gid = 10001
  }
  root_directory {
    path = "/ledger"
    creation_info {
      owner_uid   = 10001
      owner_gid   = 10001
      permissions = "0750"
    }
  }
  tags = { Name = var.name }
}

resource "aws_efs_mount_target" "this" {
  count           = length(var.subnet_ids)
  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = var.subnet_ids[count.index]
  security_groups = [aws_security_group.volume.id]
}

resource "aws_security_group" "volume" {
  name        = "${var.name}-volume"
  description = "The volume of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-volume" }
}

resource "aws_vpc_security_group_ingress_rule" "volume" {
  security_group_id            = aws_security_group.volume.id
  tags                         = { Name = "the ledger's task" }
  referenced_security_group_id = module.service.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

resource "aws_vpc_security_group_egress_rule" "volume" {
  security_group_id            = module.service.security_group_id
  tags                         = { Name = "the volume" }
  referenced_security_group_id = aws_security_group.volume.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
