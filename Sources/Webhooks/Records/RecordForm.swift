import Ledger

/// What a report of one kind looks like on the wire, and so in its entry.
struct RecordForm: Sendable {
  typealias Rule = @Sendable (inout RecordReading) -> Void

  let kind: Kind
  let fields: [Field]
  /// The members that may say when it happened, the first that is given counts.
  let times: [String]
  /// Whether `actor_login` may come along: it goes to the directory of people, not into the entry.
  var namesActor = true
  /// What must hold between fields.
  var rules: [Rule] = []
}

extension RecordForm {
  /// Two times that may not be given in the wrong order.
  static func order(_ first: String, _ second: String) -> Rule {
    { reading in
      guard let start = reading.instant(first), let end = reading.instant(second), end < start
      else { return }
      reading.report(second, "is before \(first)")
    }
  }

  /// Where `digest` and the digest in `image` are both given they have to be one.
  static func agreeing(_ list: String) -> Rule {
    { reading in
      for (position, container) in (reading.data[list]?.array ?? []).enumerated() {
        let path = "\(list)[\(position)]"
        guard container["image"]?.string != nil || container["digest"]?.string != nil else {
          reading.report(path, "needs image or digest")
          continue
        }
        guard let digest = container["digest"]?.string,
          let inImage = container["image"]?.string.flatMap({ ImageName($0).written }),
          inImage != digest
        else { continue }
        reading.report("\(path).digest", "is not the digest in image")
      }
    }
  }
}
