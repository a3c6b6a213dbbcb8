# A VPC, the account's default one or an own one, with the subnets for load balancer and tasks.

locals {
  own     = var.vpc == "own"
  private = local.own && var.egress != "public-ip"
  zones   = slice(data.aws_availability_zones.this.names, 0, var.zones)
  nats    = var.egress == "nat" ? (var.nat_per_zone ? var.zones : 1) : 0

  vpc_id         = local.own ? aws_vpc.this[0].id : data.aws_vpc.default[0].id
  public_subnets = local.own ? aws_subnet.public[*].id : data.aws_subnets.default[0].ids
}

data "aws_region" "this" {}

data "aws_availability_zones" "this" {
  state = "available"
  filter { # local zones have no load balancers
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_vpc" "default" {
  count   = local.own ? 0 : 1
  default = true
}

data "aws_subnets" "default" {
  count = local.own ? 0 : 1
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default[0].id]
  }
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
  lifecycle {
    postcondition {
      condition     = length(self.ids) >= 2
      error_message = "The default VPC has fewer than two default subnets. Make them (aws ec2 create-default-subnet), or set vpc = \"own\"."
    }
  }
}

resource "aws_vpc" "this" {
  count                = local.own ? 1 : 0
  cidr_block           = var.cidr
  enable_dns_hostnames = true # private names of endpoints and EFS
  enable_dns_support   = true
  tags                 = { Name = var.name }
}

# The group that a forgotten one falls back to lets nothing through.
resource "aws_default_security_group" "this" {
  count  = local.own ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.name}-default-closed" }
}

resource "aws_internet_gateway" "this" {
  count  = local.own ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  count             = local.own ? var.zones : 0
  vpc_id            = aws_vpc.this[0].id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 4, count.index)
  tags              = { Name = "${var.name}-public-${local.zones[count.index]}" }
}

resource "aws_route_table" "public" {
  count  = local.own ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this[0].id
  }
  tags = { Name = "${var.name}-public" }
}

resource "aws_route_table_association" "public" {
  count          = local.own ? var.zones : 0
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public[0].id
}
