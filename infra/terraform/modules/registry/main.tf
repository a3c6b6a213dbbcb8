# Where images lie: a repository in ECR, or the address of one elsewhere.

locals {
  ecr           = var.outside_repository == null
  keep_branches = 20
}

resource "aws_ecr_repository" "this" {
  count                = local.ecr ? 1 : 0
  name                 = var.name
  image_tag_mutability = "IMMUTABLE" # a tag names one image for ever
  force_delete         = true        # else a destroy fails on the images

  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  count      = local.ecr ? 1 : 0
  repository = aws_ecr_repository.this[0].name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Untagged images go after a week"
        selection = {
          tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7
        }
        action = { type = "expire" }
      },
      { # What an earlier rule counts, a later one counts, too, and leaves alone.
        rulePriority = 2
        description  = "The image of Terraform's task definitions stays"
        selection = {
          tagStatus = "tagged", tagPatternList = ["initial"], countType = "imageCountMoreThan", countNumber = 1
        }
        action = { type = "expire" }
      },
      { # Also of those that a service runs: deploy says so, and infra/README.md what that means.
        rulePriority = 3
        description  = "The last ${local.keep_branches} images of branches stay"
        selection = {
          tagStatus = "tagged", tagPatternList = ["branch-*"], countType = "imageCountMoreThan", countNumber = local.keep_branches
        }
        action = { type = "expire" }
      },
      { # ECR counts here what the rule above keeps, and what it is about to remove: a day's pushes.
        rulePriority = 4
        description  = "The last ${var.keep_images} images stay, beside those of branches"
        selection = {
          tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.keep_images + local.keep_branches + 200
        }
        action = { type = "expire" }
      },
    ]
  })
}
