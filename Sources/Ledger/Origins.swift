/// What an entry's data call the things that they are about. The projections and the streams take
/// it from here, so that what a line of the history is about is in the stream of the same name.
extension Origin {
  /// Of a report: the service that it names, or else its repository.
  static func report(_ data: JSON) -> Origin? {
    data["service"]?.string.map(Origin.service) ?? data["repository_id"]?.int.map(Origin.repository)
  }

  static func image(in data: JSON) -> Origin? { data["image"]?.string.map(Origin.image) }

  static func family(in data: JSON) -> Origin? { data["family"]?.string.map(Origin.family) }

  static func ecs(in data: JSON) -> Origin? {
    data["service"]?.string.map { .ecs(cluster: data["cluster"]?.string ?? "", service: $0) }
  }

  static func kubernetes(in data: JSON) -> Origin? {
    guard let namespace = data["namespace"]?.string, let workload = data["workload"]?.string else {
      return nil
    }
    return .kubernetes(
      cluster: data["cluster"]?.string ?? "", namespace: namespace, workload: workload)
  }

  static func argo(in data: JSON) -> Origin? {
    data["application"]?.string.map { .argo(application: $0) }
  }

  /// The subject of an event about a service is that service.
  static func cdEvent(_ data: JSON) -> Origin? {
    let type = data["type"]?.string ?? ""
    if type.hasPrefix("artifact.") { return image(in: data) }
    return type.hasPrefix("service.") ? data["subject"]?.string.map(Origin.service) : nil
  }
}
