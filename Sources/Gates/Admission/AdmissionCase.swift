import Ledger

/// All that the admission gate may look at.
public struct AdmissionCase: Sendable {
  /// What a tag stood for, as far as the log knows.
  public struct Tagged: Hashable, Sendable {
    public var digest: String
    public var entry: Int64

    public init(digest: String, entry: Int64) {
      (self.digest, self.entry) = (digest, entry)
    }
  }

  public var environment: NamespaceEnvironment
  /// Repositories that need no allow, in their whole names.
  public var trusted: Set<String> = []
  /// The deploy gate's newest answers about a digest in that environment, newest first.
  public var verdicts: [String: [ImageVerdictRow]] = [:]
  /// By the image as the pod names it.
  public var tags: [String: Tagged] = [:]
  /// Names of services, by the repository of their images, as the pod names it.
  public var services: [String: String] = [:]

  public init(environment: NamespaceEnvironment) { self.environment = environment }
}

/// What was found about one image.
public struct AdmissionFinding: Hashable, Sendable {
  /// `nil` where it is about the pod as a whole.
  public var image: String?
  public var isPass: Bool
  /// For machines: `allowed`, `listed`, `tag`, `malformed`, `denied`, `not-asked`,
  /// `no-environment`, `environments`, `no-image`, `too-many`.
  public var word: String
  /// A sentence without a full stop.
  public var detail: String
  public var entries: [Int64]
  /// Of the answer that counted.
  public var service: String?

  public init(
    _ image: String?, pass: Bool = false, _ word: String, _ detail: String,
    entries: [Int64] = [], service: String? = nil
  ) {
    (self.image, isPass, self.word, self.entries) = (image, pass, word, entries)
    self.detail = detail.cut(to: AdmissionFinding.longestDetail, note: "…") { $0.utf8.count }
    self.service = service
  }

  /// Bytes, so that all of them fit into an entry.
  private static let longestDetail = 400

  public var json: JSON {
    [
      "image": .optional(image), "result": isPass ? "pass" : "fail", "word": .string(word),
      "detail": .string(detail), "entries": .array(entries.map(JSON.int)),
    ]
  }
}
