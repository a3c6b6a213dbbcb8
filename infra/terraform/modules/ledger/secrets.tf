# Where the secrets lie. No value is ever in the state or in a plan.

locals {
  parameters = "arn:${data.aws_partition.this.partition}:ssm:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}:parameter"

  secrets = {
    for name, place in var.secrets :
    name => startswith(place, "/") ? "${local.parameters}${place}" : place
  }
  ingest_token = var.ingest == null ? "" : (
    startswith(var.ingest.token, "/") ? "${local.parameters}${var.ingest.token}" : var.ingest.token
  )
  all_secrets = concat(values(local.secrets), compact([local.ingest_token]))
}
