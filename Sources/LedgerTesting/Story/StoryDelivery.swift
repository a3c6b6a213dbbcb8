import Ledger

extension StoryWriter {
  /// Merge, and the push that it makes.
  mutating func merge(
    _ pull: Deliveries.PullRequest, by person: Deliveries.Account, at: Instant
  ) -> StoryArtifact {
    let artifact = StoryArtifact(pull, mergedBy: person, at: at)
    let commit = artifact.commit
    deliver {
      $0.pullRequest("closed", pull.merged(by: person, at: at, as: commit.sha), by: person)
    }
    let push = Deliveries.Push(
      ref: "refs/heads/main", before: pull.baseSHA, after: commit.sha, commits: [commit], at: at)
    deliver { $0.push(push, by: person) }
    return artifact
  }

  /// The workflow on `main` builds the image and pushes it.
  mutating func build(_ artifact: StoryArtifact, at started: Instant) {
    let run = Deliveries.WorkflowRun(
      id: nextID(), number: 128, workflow: StoryCast.image, head: artifact.commit,
      suiteID: nextID(), actor: artifact.commit.author, startedAt: started)
    let pushed = started.adding(seconds: 230)
    let package = Deliveries.Package(
      id: 8_640_001, versionID: nextID(), name: "api", digest: artifact.digest,
      tag: "main-\(artifact.commit.sha.prefix(7))", revision: artifact.commit.sha,
      author: artifact.commit.author, createdAt: pushed)
    deliver { $0.workflowRun("in_progress", run) }
    deliver { $0.package("published", package) }
    deliver {
      $0.workflowRun("completed", run.completed("success", at: pushed.adding(seconds: 12)))
    }
  }

  /// Asks for a deployment, which starts and ends.
  mutating func deploy(
    _ artifact: StoryArtifact, to environment: String, by person: Deliveries.Account,
    at: Instant, minutes: Double, state: String = "success", description: String = ""
  ) {
    let image = "containers.acme.example/acme/api@\(artifact.digest)"
    let deployment = Deliveries.Deployment(
      id: nextID(), sha: artifact.commit.sha, environment: environment,
      payload: ["digest": .string(artifact.digest), "image": .string(image)], creator: person,
      createdAt: at)
    let started = Deliveries.DeploymentStatus(
      id: nextID(), state: "in_progress", of: deployment, createdAt: at.adding(seconds: 5))
    let ended = Deliveries.DeploymentStatus(
      id: nextID(), state: state, of: deployment, description: description,
      createdAt: at.adding(seconds: minutes * 60))
    deliver { $0.deployment(deployment) }
    deliver { $0.deploymentStatus(started) }
    deliver { $0.deploymentStatus(ended) }
  }
}
