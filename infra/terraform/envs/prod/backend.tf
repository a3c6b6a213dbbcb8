# Bucket and region are given by scripts/infra/terraform-env, as they differ between accounts.
terraform {
  backend "s3" {
    key          = "prod/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
