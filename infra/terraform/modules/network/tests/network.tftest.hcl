mock_provider "aws" {
  source = "../mocks"
}

variables {
  name = "ledger-test"
}

run "public_subnets_in_two_zones_and_a_public_address" {
  command = apply
  assert {
    condition     = tolist(aws_subnet.public[*].availability_zone) == tolist(["us-east-1a", "us-east-1b"])
    error_message = "two subnets, each in another zone"
  }
  assert {
    condition     = output.assign_public_ip && length(aws_nat_gateway.this) == 0 && length(aws_subnet.private) == 0
    error_message = "without NAT a task needs a public address"
  }
  assert {
    condition     = tolist(output.task_subnet_ids) == tolist(output.public_subnet_ids)
    error_message = "tasks stand in the public subnets"
  }
  assert {
    condition     = one(aws_route_table.public[0].route).cidr_block == "0.0.0.0/0"
    error_message = "public subnets have a way out"
  }
  assert {
    condition     = length(aws_default_security_group.this[0].ingress) == 0
    error_message = "the default group lets nothing in"
  }
}

run "nat_serves_private_subnets_of_all_zones" {
  command = apply
  variables {
    egress = "nat"
    zones  = 3
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 3
    error_message = "one gateway, a route to it from each private subnet"
  }
  assert {
    condition     = !output.assign_public_ip && tolist(output.task_subnet_ids) == tolist(aws_subnet.private[*].id)
    error_message = "tasks stand in private subnets, without public addresses"
  }
  assert {
    condition     = length(setintersection(aws_subnet.private[*].cidr_block, aws_subnet.public[*].cidr_block)) == 0
    error_message = "private and public subnets do not overlap"
  }
}

run "nat_in_each_zone" {
  command = apply
  variables {
    egress       = "nat"
    nat_per_zone = true
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 2 && length(aws_eip.nat) == 2
    error_message = "a gateway in each zone"
  }
}

run "endpoints_instead_of_the_internet" {
  command = apply
  variables {
    egress    = "endpoints"
    endpoints = ["ecr.api", "ecr.dkr", "logs", "ssm"]
  }
  assert {
    condition = toset([for endpoint in aws_vpc_endpoint.interface : endpoint.service_name]) == toset([
      "com.amazonaws.us-east-1.ecr.api", "com.amazonaws.us-east-1.ecr.dkr",
      "com.amazonaws.us-east-1.logs", "com.amazonaws.us-east-1.ssm",
    ])
    error_message = "each service that a pull, the logs and the ledger need"
  }
  assert {
    condition     = aws_vpc_endpoint.s3[0].vpc_endpoint_type == "Gateway" && length(aws_vpc_endpoint.s3[0].route_table_ids) > 0
    error_message = "layers come from S3, through its gateway"
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "without private names the tasks ask the public ones"
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 0 && !output.assign_public_ip
    error_message = "no way to the internet"
  }
}

run "the_default_vpc_is_used_as_it_is" {
  command = apply
  variables {
    vpc = "default"
  }
  assert {
    condition     = output.vpc_id == "vpc-default" && tolist(output.task_subnet_ids) == tolist(["subnet-default-a", "subnet-default-b"])
    error_message = "the default VPC and its subnets"
  }
  assert {
    condition     = length(aws_vpc.this) + length(aws_subnet.public) + length(aws_internet_gateway.this) == 0
    error_message = "nothing is made"
  }
}

run "one_zone_is_refused" {
  command = plan
  variables {
    zones = 1
  }
  expect_failures = [var.zones]
}

run "the_default_vpc_has_no_private_subnets" {
  command = plan
  variables {
    vpc    = "default"
    egress = "nat"
  }
  expect_failures = [var.egress]
}

run "half_a_registry_is_refused" {
  command = plan
  variables {
    egress    = "endpoints"
    endpoints = ["ecr.api", "logs"]
  }
  expect_failures = [var.endpoints]
}

run "a_small_vpc_is_refused" {
  command = plan
  variables {
    cidr = "10.0.0.0/24"
  }
  expect_failures = [var.cidr]
}
