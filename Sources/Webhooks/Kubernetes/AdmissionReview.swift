import Ledger

/// Why a request is no review of a pod, and what to do about it.
public struct AdmissionReviewError: Error, Hashable, Sendable {
  /// `review`, `version` or `resource`.
  public let code: String
  /// A sentence without a full stop.
  public let reason: String
  public let hint: String

  init(_ code: String, _ reason: String, hint: String) {
    (self.code, self.reason, self.hint) = (code, reason, hint)
  }
}

/// What the API server of Kubernetes asks a ValidatingAdmissionWebhook about a pod
/// (`admission.k8s.io/v1`; kubernetes.io/docs/reference/access-authn-authz, Dynamic Admission Control).
/// Nothing else of the pod is read: neither what its containers are told, nor what they may read.
public struct AdmissionReview: Hashable, Sendable {
  static let version = "admission.k8s.io/v1"
  /// Longer names are cut, and refused as no name at all.
  static let longestImage = 400
  private static let longestName = 253

  /// What the answer has to repeat.
  public let uid: String
  /// `CREATE`, `UPDATE` or `DELETE`.
  public let operation: String
  /// `pods` or `pods/ephemeralcontainers`.
  public let resource: String
  public let namespace: String
  /// Of the pod, or what its name will begin with.
  public let name: String?
  /// What manages it: `ReplicaSet/api-7d4b9c`.
  public let owner: String?
  /// Of a service account or a component. People are not named: an entry could not forget them.
  public let user: String?
  public let isDryRun: Bool
  /// Of all containers and volumes of the new object, and of the old one; empty where one names none.
  public let images: [String]
  public let before: [String]

  private static let selection = Selection(
    "{apiVersion,kind}",
    "request.{uid,kind,resource,subResource,name,namespace,operation,dryRun}",
    "request.userInfo.username",
    "request.{object,oldObject}.metadata.{name,generateName}",
    "request.{object,oldObject}.metadata.ownerReferences.{kind,name,controller}",
    "request.{object,oldObject}.spec.{containers,initContainers,ephemeralContainers}.image",
    "request.{object,oldObject}.spec.volumes.image.reference")

  /// Values of JSON that are kept: of a pod with a thousand containers a tenth. Whoever can reach
  /// the address may ask.
  private static let maximumValues = 100_000

  public init(_ bytes: [UInt8]) throws(AdmissionReviewError) {
    let json: JSON
    do {
      json = try JSON.parse(
        bytes, keeping: AdmissionReview.selection, atMost: AdmissionReview.maximumValues)
    } catch {
      throw .form("the body is not JSON: \(error)")
    }
    try AdmissionReview.checkForm(json)
    guard let request = json["request"], request.object != nil else {
      throw .form("request is missing")
    }
    resource = try AdmissionReview.resource(of: request)
    guard let uid = request["uid"]?.string, (1...128).contains(uid.utf8.count),
      CleanText.problem(uid, limit: 128) == nil
    else { throw .form("request.uid is missing, or is no id") }
    self.uid = uid
    operation = try AdmissionReview.operation(of: request)
    namespace = try AdmissionReview.namespace(of: request)
    isDryRun = request["dryRun"]?.bool ?? false
    let (object, old) = (request["object"], request["oldObject"])
    guard operation == "DELETE" || object?.object != nil else {
      throw .form("request.object is missing")
    }
    images = operation == "DELETE" ? [] : AdmissionReview.images(of: object)
    // Two that were cut may be one name here, and are not the same image.
    before =
      operation == "UPDATE"
      ? AdmissionReview.images(of: old).filter { $0.utf8.count <= AdmissionReview.longestImage }
      : []
    let metadata = (object?.object != nil ? object : old)?["metadata"]
    name = AdmissionReview.clean(
      [metadata?["name"], metadata?["generateName"], request["name"]])
    owner = AdmissionReview.owner(metadata)
    user = AdmissionReview.clean([request.at("userInfo", "username")])
      .flatMap { $0.hasPrefix("system:") ? $0 : nil }
  }

  private static func checkForm(_ json: JSON) throws(AdmissionReviewError) {
    guard json["kind"]?.string == "AdmissionReview", let version = json["apiVersion"]?.string
    else { throw .form("the body is no AdmissionReview") }
    guard version == AdmissionReview.version else {
      throw AdmissionReviewError(
        "version", "\(CleanText.excerpt(version)) is not spoken here",
        hint: "Write admissionReviewVersions: [v1] into the webhook's configuration.")
    }
  }

  private static func resource(of request: JSON) throws(AdmissionReviewError) -> String {
    let resource = request["resource"]
    let (group, version) = (resource?["group"]?.string ?? "", resource?["version"]?.string ?? "")
    let parts = [resource?["resource"]?.string, request["subResource"]?.string]
    let name = parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "/")
    guard group.isEmpty, version == "v1", ["pods", "pods/ephemeralcontainers"].contains(name) else {
      let whole = [group, version, name].filter { !$0.isEmpty }.joined(separator: "/")
      throw AdmissionReviewError(
        "resource", "\(CleanText.excerpt(whole)) is not judged here",
        hint: "The webhook's rules must be apiGroups: [\"\"], apiVersions: [v1], resources: "
          + "[pods, pods/ephemeralcontainers], operations: [CREATE, UPDATE].")
    }
    return name
  }

  private static func operation(of request: JSON) throws(AdmissionReviewError) -> String {
    let operation = request["operation"]?.string ?? ""
    guard ["CREATE", "UPDATE", "DELETE"].contains(operation) else {
      throw .form("request.operation is none of CREATE, UPDATE, DELETE")
    }
    return operation
  }

  private static func namespace(of request: JSON) throws(AdmissionReviewError) -> String {
    guard let name = request["namespace"]?.string, (1...63).contains(name.utf8.count),
      name.utf8.allSatisfy(isOfLabel)
    else { throw .form("request.namespace is missing, or is no name") }
    return name
  }

  /// RFC 1123.
  private static func isOfLabel(_ byte: UInt8) -> Bool {
    URISyntax.isDigit(byte) || byte == UInt8(ascii: "-")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  // MARK: the pod

  private static func images(of pod: JSON?) -> [String] {
    let containers = ["initContainers", "containers", "ephemeralContainers"].flatMap { list in
      (pod?.at("spec", list)?.array ?? []).map { $0["image"] }
    }
    // A volume may be the content of an image (kubernetes.io/docs/concepts/storage/volumes, image).
    let volumes = (pod?.at("spec", "volumes")?.array ?? []).compactMap { $0["image"] }
      .map { $0["reference"] }
    return (containers + volumes).map { image($0?.string ?? "") }
  }

  /// Nothing that is changed here could be pulled, and it stays as wrong as it was.
  private static func image(_ text: String) -> String {
    var bytes = text.utf8.prefix(longestImage).map { byte in
      URISyntax.isLetterOrDigit(byte) || "._-/:@+".utf8.contains(byte) ? byte : UInt8(ascii: "?")
    }
    if text.utf8.count > longestImage { bytes.append(UInt8(ascii: "?")) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func owner(_ metadata: JSON?) -> String? {
    let owners = metadata?["ownerReferences"]?.array ?? []
    guard let owner = owners.first(where: { $0["controller"]?.bool == true }) ?? owners.first,
      let kind = owner["kind"]?.string, let name = owner["name"]?.string
    else { return nil }
    return clean([.string("\(kind)/\(name)")])
  }

  /// The first that is there, fit for an entry.
  private static func clean(_ texts: [JSON?]) -> String? {
    texts.lazy.compactMap { $0?.string }.first { !$0.isEmpty }
      .map { CleanText.excerpt($0, limit: longestName) }
  }
}

extension AdmissionReviewError {
  fileprivate static func form(_ reason: String) -> AdmissionReviewError {
    AdmissionReviewError(
      "review", reason,
      hint: "POST an AdmissionReview of admission.k8s.io/v1, as an API server does.")
  }
}

extension AdmissionReview {
  /// The members of `admission.asked.v1` beside those that the gate reads.
  ///
  /// - Parameter mode: `enforce` or `audit`.
  public func members(mode: String) -> [String: JSON] {
    [
      "uid": .string(uid), "operation": .string(operation), "resource": .string(resource),
      "name": .optional(name), "owner": .optional(owner), "user": .optional(user),
      "mode": .string(mode),
    ]
  }
}
