import Ledger

/// `kubectl get … -o json`: a list, or one object.
enum KubernetesInventory {
  static func list(_ json: JSON) throws(ResourceListError) -> ResourceList {
    guard let kind = json["kind"]?.string else {
      throw ResourceListError("is no object of Kubernetes: it has no kind")
    }
    var (objects, itemKind) = ([json], kind)
    if kind.hasSuffix("List") {
      guard let items = json["items"]?.array else {
        throw ResourceListError("is a list without items", hint: "Was it cut off?")
      }
      (objects, itemKind) = (items, String(kind.dropLast(4)))
    }
    var (resources, seen): ([ListedResource], Set<String>) = ([], [])
    for (position, object) in objects.enumerated() {
      let resource = try resource(object, itemKind, position)
      guard seen.insert(resource.address).inserted else {
        throw ResourceListError("has \(CleanText.excerpt(resource.address)) twice")
      }
      resources.append(resource)
    }
    return ResourceList(
      form: .listing, tool: "kubectl", takenAt: nil, resources: resources, removed: 0)
  }

  /// Nothing of `data`, `spec` or `status` is read, nor annotations: they hold whole manifests.
  private static func resource(
    _ object: JSON, _ otherwise: String, _ position: Int
  ) throws(ResourceListError) -> ListedResource {
    let kind = object["kind"]?.string ?? otherwise
    guard !kind.isEmpty, let name = object.at("metadata", "name")?.string else {
      throw ResourceListError("has no kind or no name in items[\(position)]")
    }
    let namespace = object.at("metadata", "namespace")?.string
    let path = [namespace, kind, name].compactMap(\.self).joined(separator: "/")
    var resource = ListedResource(address: path, type: "kubernetes_\(kind.lowercased())")
    resource.name = name
    resource.id = path
    resource.tags = (object.at("metadata", "labels")?.object ?? [:]).compactMap { key, value in
      guard let text = value.string, !SecretFilter.isSecret(key) else { return nil }
      return "\(key)=\(text)"
    }.sorted()
    return resource
  }
}
