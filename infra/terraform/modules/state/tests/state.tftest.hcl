mock_provider "aws" {
  source = "../mocks"
}

variables {
  bucket = "ledger-tfstate-test"
}

run "versioned_encrypted_and_closed" {
  command = apply
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "an old version is the way back"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "closed in all four ways"
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "encrypted"
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this[0].policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "TLS only"
  }
  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "not deleted with all states by mistake"
  }
}

run "a_name_that_s3_refuses" {
  command = plan
  variables {
    bucket = "Ledger_State"
  }
  expect_failures = [var.bucket]
}

run "no_way_back_is_refused" {
  command = plan
  variables {
    keep_days = 1
  }
  expect_failures = [var.keep_days]
}
