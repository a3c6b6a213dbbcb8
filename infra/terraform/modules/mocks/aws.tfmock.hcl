# What the mocked provider answers: ARNs and JSON have to look real, as the provider checks them.
mock_data "aws_region" {
  defaults = { name = "us-east-1" }
}
mock_data "aws_partition" {
  defaults = { partition = "aws" }
}
mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}
mock_data "aws_availability_zones" {
  defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
}
mock_data "aws_vpc" {
  defaults = { id = "vpc-default" }
}
mock_data "aws_subnets" {
  defaults = { ids = ["subnet-default-a", "subnet-default-b"] }
}
mock_data "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole" }
}
mock_data "aws_iam_policy_document" {
  defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
}
mock_data "aws_iam_openid_connect_provider" {
  defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
}
mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/made" }
}
mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/x/0123456789abcdef"
    arn_suffix = "app/x/0123456789abcdef"
    dns_name   = "x-1.us-east-1.elb.amazonaws.com"
  }
}
mock_resource "aws_lb_listener" {
  defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/0123456789abcdef/0123456789abcdef" }
}
mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/0123456789abcdef"
    arn_suffix = "targetgroup/x/0123456789abcdef"
  }
}
mock_resource "aws_ecr_repository" {
  defaults = {
    arn            = "arn:aws:ecr:us-east-1:123456789012:repository/ledger-test"
    repository_url = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger-test"
  }
}
mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:cluster/ledger-test" }
}
mock_resource "aws_ecs_service" {
  defaults = { id = "arn:aws:ecs:us-east-1:123456789012:service/ledger-test/x" }
}
mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/x:1" }
}
mock_resource "aws_efs_file_system" {
  defaults = { id = "fs-12345678", arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-12345678" }
}
mock_resource "aws_efs_access_point" {
  defaults = { id = "fsap-12345678", arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-12345678" }
}
mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:us-east-1:123456789012:x"
    id  = "https://sqs.us-east-1.amazonaws.com/123456789012/x"
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/x"
  }
}
mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/x" }
}
mock_resource "aws_cloudwatch_event_api_destination" {
  defaults = { arn = "arn:aws:events:us-east-1:123456789012:api-destination/x/11111111-1111-1111-1111-111111111111" }
}
