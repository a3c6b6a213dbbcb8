mock_provider "aws" {
  source = "../mocks"
}

variables {
  name = "ledger-test"
}

run "tags_never_move_and_a_destroy_takes_the_images" {
  command = apply
  assert {
    condition     = aws_ecr_repository.this[0].image_tag_mutability == "IMMUTABLE"
    error_message = "a tag names one image for ever"
  }
  assert {
    condition     = aws_ecr_repository.this[0].force_delete
    error_message = "a destroy would fail on the images"
  }
  assert {
    condition     = aws_ecr_repository.this[0].image_scanning_configuration[0].scan_on_push
    error_message = "each image is scanned"
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this[0].policy).rules[2].selection == { tagStatus = "tagged", tagPatternList = ["branch-*"], countType = "imageCountMoreThan", countNumber = 20 }
    error_message = "the last 20 images of branches stay"
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this[0].policy).rules[3].selection == { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 50 + 20 + 200 }
    error_message = "the last 50 images stay, after a day of 200 pushes to branches, too"
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this[0].policy).rules[*].rulePriority == [1, 2, 3, 4]
    error_message = "AWS wants the rule for any image to be the last"
  }
  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this[0].policy).rules[1].selection.tagPatternList == ["initial"]
    error_message = "a service that is made anew starts with the first image, however many came since"
  }
}

run "a_registry_elsewhere_makes_nothing" {
  command = apply
  variables {
    outside_repository = "docker.io/acme/ledger"
  }
  assert {
    condition     = output.repository_url == "docker.io/acme/ledger" && output.repository_arn == null
    error_message = "the address as it was given"
  }
  assert {
    condition     = length(aws_ecr_repository.this) == 0
    error_message = "no repository in ECR"
  }
}

run "a_tag_is_no_part_of_a_repository" {
  command = plan
  variables {
    outside_repository = "https://docker.io/acme/ledger:1"
  }
  expect_failures = [var.outside_repository]
}

run "too_few_images_for_a_rollback" {
  command = plan
  variables {
    keep_images = 1
  }
  expect_failures = [var.keep_images]
}
