# An external load balancer on port 80, and on 443 where there is a certificate. Services add rules.

locals {
  ports = var.certificate_arn == null ? toset(["80"]) : toset(["80", "443"])

  listener_arns = merge(
    { http = aws_lb_listener.http.arn },
    { for listener in aws_lb_listener.https : "https" => listener.arn },
  )
}

resource "aws_security_group" "this" {
  name        = "${var.name}-lb"
  description = "The load balancer of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-lb" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = {
    for pair in setproduct(local.ports, var.allowed_cidrs) : "${pair[0]} ${pair[1]}" => pair
  }
  security_group_id = aws_security_group.this.id
  description       = "Clients to port ${each.value[0]}"
  cidr_ipv4         = each.value[1]
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value[0])
  to_port           = tonumber(each.value[0])
}

resource "aws_lb" "this" {
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.this.id]
  drop_invalid_header_fields = true
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "Nothing answers here."
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "https" {
  count             = var.certificate_arn == null ? 0 : 1
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = var.certificate_arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "Nothing answers here."
      status_code  = "404"
    }
  }
}

# Numbers are for the inside, whatever host or paths a service has. To a service //metrics and /metrics/
# are the same. Health checks do not come this way.
resource "aws_lb_listener_rule" "inside" {
  for_each     = local.listener_arns
  listener_arn = each.value
  priority     = 1 # services have higher ones

  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "Nothing answers here."
      status_code  = "404"
    }
  }
  condition {
    path_pattern {
      values = ["/metrics", "/metrics/*", "//*"]
    }
  }
}
