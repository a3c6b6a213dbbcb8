import Ledger

/// Bodies to train a dictionary for compression with: all that GitHub sends, in its order, with
/// values that no two of them share.
public enum TrainingBodies {
  /// One of each event and action, with other values for each seed.
  public static func bodies(seed: UInt64) throws -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    let samples = Samples.random(&generator)
    return try samples.all.map { delivery in
      var mask = ValueMask(filling: generator)
      let body = mask.apply(try JSON.parse(delivery.body))
      _ = generator.next()
      return GitHubOrder.write(body)
    }
  }

  /// The same bodies without any value: what they have in common.
  public static func skeletons() throws -> [[UInt8]] {
    let samples = Samples.blank
    return try samples.all.map { delivery in
      var mask = ValueMask()
      return GitHubOrder.write(mask.apply(try JSON.parse(delivery.body)))
    }
  }

  /// The logins and names that `bodies(seed:)` puts into its bodies.
  public static func names(seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    let samples = Samples.random(&generator)
    return [samples.acme.repository.owner.login, samples.mia.login, samples.acme.repository.name]
  }
}

extension Samples {
  var all: [WebhookDelivery] {
    installationEvents + protectionEvents + packageEvents + permissionEvents + queueEvents
      + repositoryEvents + deploymentEvents + workflowEvents + checkEvents
  }

  fileprivate static func random(_ generator: inout SeededGenerator) -> Samples {
    var samples = Samples(start: Instant(seconds: 1_790_000_000))
    let isOrganization = generator.chance(60)
    samples.acme = Deliveries(
      repository: Deliveries.Repository(
        id: 640_100_200,
        owner: Deliveries.Account(
          id: 50_600_700, login: word(&generator), kind: isOrganization ? .organization : .user),
        name: word(&generator), isPrivate: generator.chance(50)))
    samples.mia = Deliveries.Account(id: 70_010_003, login: word(&generator))
    return samples
  }

  fileprivate static var blank: Samples {
    var samples = Samples(start: Instant(seconds: 1_790_000_000))
    samples.acme = Deliveries(
      repository: Deliveries.Repository(
        id: 640_100_200, owner: Deliveries.Account(id: 50_600_700, login: "", kind: .organization),
        name: ""))
    samples.mia = Deliveries.Account(id: 70_010_003, login: "")
    return samples
  }

  /// As people call accounts and repositories.
  fileprivate static func word(_ generator: inout SeededGenerator) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz-0123456789")
    let count = 5 + generator.below(10)
    return String(
      (0..<count).map { $0 == 0 ? letters[generator.below(26)] : generator.pick(letters) })
  }
}
