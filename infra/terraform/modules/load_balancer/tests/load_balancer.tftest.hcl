mock_provider "aws" {
  source = "../mocks"
}

variables {
  name       = "ledger-test"
  vpc_id     = "vpc-12345678"
  subnet_ids = ["subnet-aaaaaaaa", "subnet-bbbbbbbb"]
}

run "external_on_port_80" {
  command = apply
  assert {
    condition     = aws_lb_listener.http.port == 80 && !aws_lb.this.internal
    error_message = "external, on port 80"
  }
  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.clients) == ["80 0.0.0.0/0"]
    error_message = "port 80 alone is open"
  }
  assert {
    condition     = keys(output.listener_arns) == ["http"]
    error_message = "no HTTPS without a certificate"
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].fixed_response[0].status_code == "404"
    error_message = "what no rule takes is not found"
  }
}

run "https_with_a_certificate" {
  command = apply
  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
    allowed_cidrs   = ["192.0.2.0/24", "198.51.100.0/24"]
  }
  assert {
    condition     = aws_lb_listener.https[0].port == 443 && startswith(aws_lb_listener.https[0].ssl_policy, "ELBSecurityPolicy-TLS13")
    error_message = "TLS 1.2 and 1.3 on port 443"
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.clients) == 4
    error_message = "both ports, for each network"
  }
  assert {
    condition     = keys(output.listener_arns) == ["http", "https"]
    error_message = "both listeners"
  }
}

run "metrics_are_for_the_inside" {
  command = apply
  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"
  }
  assert {
    condition     = keys(aws_lb_listener_rule.inside) == ["http", "https"]
    error_message = "on each listener"
  }
  assert {
    condition = alltrue([
      for rule in aws_lb_listener_rule.inside :
      rule.priority == 1 && one(rule.action).fixed_response[0].status_code == "404"
    ])
    error_message = "not found, before the rules of all services: AWS has no lower number"
  }
  assert {
    condition = alltrue([
      for rule in aws_lb_listener_rule.inside :
      one(rule.condition).path_pattern[0].values == toset(["/metrics", "/metrics/*", "//*"])
    ])
    error_message = "for every host, with every slash that a service overlooks"
  }
}

run "one_subnet_is_refused" {
  command = plan
  variables {
    subnet_ids = ["subnet-aaaaaaaa"]
  }
  expect_failures = [var.subnet_ids]
}

run "a_file_is_no_certificate" {
  command = plan
  variables {
    certificate_arn = "cert.pem"
  }
  expect_failures = [var.certificate_arn]
}
