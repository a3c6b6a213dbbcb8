import Ledger

/// The answer of the admission gate: a pure function of what is asked and of the evidence.
/// Everything but a pass of each image is a deny.
public struct AdmissionDecision: Sendable {
  public let request: AdmissionRequest
  public let environment: String?
  public let findings: [AdmissionFinding]
  /// The hash of the policy; `nil` when there is none.
  public let policy: String?

  public init(_ request: AdmissionRequest, _ evidence: AdmissionCase, policy: String? = nil) {
    self.request = request
    self.policy = policy
    environment = evidence.environment.name
    var findings = request.images.map { AdmissionDecision.finding($0, request, evidence) }
    if request.omitted > 0 {
      let count = request.images.count + request.omitted
      findings.append(
        .init(nil, "too-many", "\(count) different images; at most \(request.images.count)"))
    }
    if findings.isEmpty { findings = [.init(nil, "no-image", "it names no image")] }
    self.findings = findings
  }

  public var isAllowed: Bool { findings.allSatisfy(\.isPass) }
  public var blocking: [AdmissionFinding] { findings.filter { !$0.isPass } }

  public var summary: String {
    let place = "\(request.namespace)\(environment.map { " (\($0))" } ?? "")"
    guard let first = blocking.first else {
      return Summary.line(["\(findings.count) of \(findings.count) may run in \(place)"])
    }
    let more = blocking.count > 1 ? " (and \(blocking.count - 1) more)" : ""
    return Summary.line(["\(first.word)\(more) in \(place): \(first.image ?? first.detail)"])
  }

  // MARK: one image

  private static func finding(
    _ image: String, _ request: AdmissionRequest, _ evidence: AdmissionCase
  ) -> AdmissionFinding {
    if let finding = unplaced(image, request, evidence.environment) { return finding }
    guard !image.isEmpty else { return .init(nil, "no-image", "a container names no image") }
    guard let reference = ImageReference(image) else {
      return .init(
        image, "malformed", "this is no image that could be pulled: NAME@sha256: and 64 digits")
    }
    guard let digest = reference.digest else { return tagged(image, reference, evidence) }
    if evidence.trusted.contains(reference.repository) {
      return .init(image, pass: true, "listed", "gates.admission.images has its repository")
    }
    return asked(image, digest, evidence)
  }

  /// Where nobody knows what should be asked.
  private static func unplaced(
    _ image: String, _ request: AdmissionRequest, _ environment: NamespaceEnvironment
  ) -> AdmissionFinding? {
    let namespace = request.namespace
    switch environment {
    case .one: return nil
    case .none:
      return .init(
        image, "no-environment",
        "the namespace \(namespace) is no environment: make it an alias in ledger.yaml, such as "
          + "environments: [{name: prod, aliases: [\(namespace)]}], or give a kubernetes workload "
          + "of a service this namespace and an environment")
    case .several(let names):
      return .init(
        image, "environments",
        "the namespace \(namespace) is in several environments (\(names.joined(separator: ", "))): "
          + "give each its own, or name the cluster to the server (--admission-cluster)")
    }
  }

  private static func tagged(
    _ image: String, _ reference: ImageReference, _ evidence: AdmissionCase
  ) -> AdmissionFinding {
    let name = image.split(separator: ":").dropLast(reference.tag == nil ? 0 : 1)
      .joined(separator: ":")
    let what = reference.tag == nil ? "no tag, so latest, is" : "a tag is"
    guard let known = evidence.tags[image] else {
      return .init(
        image, "tag",
        "\(what) no promise which image runs: deploy it by its digest, \(name)@sha256:…")
    }
    return .init(
      image, "tag",
      "\(what) no promise which image runs: deploy it by its digest; the last one that was "
        + "recorded with it is \(name)@\(known.digest)", entries: [known.entry])
  }

  /// Of several questions about one image, as with and without a rollback, one allow is enough.
  private static func asked(
    _ image: String, _ digest: String, _ evidence: AdmissionCase
  ) -> AdmissionFinding {
    let environment = evidence.environment.name ?? ""
    let verdicts = evidence.verdicts[digest] ?? []
    if let allow = verdicts.first(where: \.isAllowed) {
      return .init(
        image, pass: true, "allowed", "the deploy gate of \(environment) allowed it",
        entries: [allow.entry], service: allow.service)
    }
    let service = evidence.services[image]
    guard let newest = verdicts.first else {
      let name = service ?? "SERVICE"
      return .init(
        image, "not-asked",
        "nobody asked the deploy gate of \(environment) about it: ledger gate deploy -s \(name) "
          + "-e \(environment) --digest \(digest)", service: service)
    }
    return .init(
      image, "denied",
      "the deploy gate of \(environment) denied it in entry \(newest.entry): \(newest.summary)",
      entries: [newest.entry], service: newest.service)
  }
}

extension AdmissionDecision {
  /// Whether a recorded answer says the same on the same basis: then nothing new is recorded.
  ///
  /// - Parameter data: of its entry.
  public func isSame(as data: JSON) -> Bool {
    data["findings"] == .some(.array(findings.map(\.json)))
      && data["environment"] == .some(.optional(environment))
      && data["service"] == .some(.optional(service))
  }

  /// Of all images whose service is known.
  private var service: String? {
    let names = Set(findings.compactMap(\.service).flatMap { $0.split(separator: ",") })
    return names.isEmpty ? nil : names.sorted().joined(separator: ",")
  }

  /// The members of `admission.decided.v1`.
  public func data(ask: Int64, replaces: Int64?) -> JSON {
    [
      "ask": .int(ask), "cluster": .optional(request.cluster),
      "namespace": .string(request.namespace), "environment": .optional(environment),
      "service": .optional(service), "subject": .string(request.key.subject),
      "state": isAllowed ? "allow" : "deny", "summary": .string(summary),
      "policy": .optional(policy), "findings": .array(findings.map(\.json)),
      "replaces": .optional(replaces),
    ]
  }
}
