import Ledger

extension Story {
  /// Two pull requests of `acme/api`: #41 goes by the book; #42 is merged with red tests, breaks
  /// production and is rolled back.
  public static func release(start: Instant) -> Story {
    var writer = StoryWriter(start: start)
    let pulls = [writer.retryUploads(), writer.cacheSessions()]
    writer.chapter("A new webhook")
    writer.say("GitHub pings the ledger")
    writer.deliver { $0.ping(at: start, sender: StoryCast.mia) }
    let good = writer.tellGoodPart(pulls[0])
    writer.tellBadPart(pulls[1])
    writer.tellRollback(to: good)
    return Story(
      steps: writer.steps, repository: StoryCast.deliveries.repository, pulls: pulls)
  }
}

extension StoryWriter {
  fileprivate func retryUploads() -> Deliveries.PullRequest {
    Deliveries.PullRequest(
      id: 2_204_118_041, number: 41, title: "Retry failed uploads", author: StoryCast.mia,
      headRef: "retry-uploads", headSHA: Derived.commit("head of #41"),
      baseSHA: StoryCast.first, createdAt: minute(2))
  }

  fileprivate func cacheSessions() -> Deliveries.PullRequest {
    Deliveries.PullRequest(
      id: 2_204_118_042, number: 42, title: "Cache sessions in memory", author: StoryCast.noor,
      headRef: "cache-sessions", headSHA: Derived.commit("head of #42"),
      baseSHA: Derived.commit("merge of #41"), createdAt: minute(72))
  }

  fileprivate mutating func open(_ pull: Deliveries.PullRequest, _ checks: [StoryCheck])
    -> StoryChecks
  {
    chapter("#\(pull.number) \(pull.title)")
    say("\(pull.author.login) opens it and the checks start")
    deliver { $0.pullRequest("opened", pull, by: pull.author) }
    let started = startChecks(checks, of: pull, at: pull.createdAt.adding(seconds: 40))
    steps.append(.verdict(pull: pull.number, .pending))
    return started
  }

  fileprivate mutating func tellGoodPart(_ pull: Deliveries.PullRequest) -> StoryArtifact {
    let outcomes = [
      StoryCheck(name: "lint", conclusion: "success", minutes: 2),
      StoryCheck(name: "bandit", conclusion: "failure", minutes: 3),
      StoryCheck(name: "test", conclusion: "success", minutes: 7),
    ]
    var checks = open(pull, outcomes)
    say("test and lint pass; bandit, which is advisory, fails")
    for outcome in outcomes { finish(outcome, of: &checks) }
    finishRun(of: checks, conclusion: "success", at: minute(10))
    steps.append(.verdict(pull: pull.number, .allow))
    say("jon merges it")
    let artifact = merge(pull, by: StoryCast.jon, at: minute(25))
    steps.append(.recorded(kind: .verified, count: 1))
    say("the image is built and pushed, then deployed to staging and production")
    build(artifact, at: minute(26))
    deploy(artifact, to: "staging", by: StoryCast.jon, at: minute(33), minutes: 2)
    deploy(artifact, to: "production", by: StoryCast.jon, at: minute(50), minutes: 4)
    return artifact
  }

  fileprivate mutating func tellBadPart(_ pull: Deliveries.PullRequest) {
    let outcomes = [
      StoryCheck(name: "lint", conclusion: "success", minutes: 2),
      StoryCheck(name: "test", conclusion: "failure", minutes: 6),
    ]
    var checks = open(pull, outcomes)
    say("lint passes, test fails")
    for outcome in outcomes { finish(outcome, of: &checks) }
    finishRun(of: checks, conclusion: "failure", at: minute(79))
    steps.append(.verdict(pull: pull.number, .deny))
    say("noor merges it all the same: a bypass")
    let artifact = merge(pull, by: StoryCast.noor, at: minute(84))
    steps.append(.recorded(kind: .bypass, count: 1))
    say("the image reaches staging; in production it fails")
    build(artifact, at: minute(85))
    deploy(artifact, to: "staging", by: StoryCast.noor, at: minute(92), minutes: 2)
    deploy(
      artifact, to: "production", by: StoryCast.noor, at: minute(110), minutes: 9,
      state: "failure", description: "health checks failed")
  }

  fileprivate mutating func tellRollback(to good: StoryArtifact) {
    chapter("Rollback and release")
    say("jon puts the image of #41 back into production")
    deploy(good, to: "production", by: StoryCast.jon, at: minute(121), minutes: 3)
    say("mia releases v1.8.0")
    let release = Deliveries.Release(
      id: nextID(), tag: "v1.8.0", target: good.commit.sha, notes: "Failed uploads are retried.",
      author: StoryCast.mia, createdAt: minute(165), publishedAt: minute(165))
    deliver { $0.release("published", release) }
  }
}
