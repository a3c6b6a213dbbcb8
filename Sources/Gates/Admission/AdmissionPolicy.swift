import Ledger

/// What `gates.admission` of `ledger.yaml` says.
public struct AdmissionPolicy: Hashable, Sendable {
  /// Repositories of images that need no allow, only a digest: what a mesh puts beside containers.
  public var images: [String]

  public init(images: [String]) { self.images = images }

  var json: JSON { ["images": .array(images.map(JSON.string))] }
}

extension ConfigReader {
  mutating func admission(_ node: ConfigNode) -> AdmissionPolicy? {
    let path = "gates.admission"
    guard let members = members(node, path, allowed: ["images"]) else { return nil }
    let list = list(members["images"], in: node, "\(path).images")
    return AdmissionPolicy(
      images: list.enumerated().compactMap {
        repository($0.element, "\(path).images[\($0.offset)]")
      })
  }

  private mutating func repository(_ node: ConfigNode, _ path: String) -> String? {
    guard let text = text(node, path, 1...255) else { return nil }
    guard let image = ImageReference(text), image.tag == nil, image.digest == nil else {
      report(
        node, path,
        "must be a repository of images, without tag and digest, such as docker.io/istio/proxyv2")
      return nil
    }
    return text
  }
}
