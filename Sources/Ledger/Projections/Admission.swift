/// A cluster asks before it lets a pod in.
enum AdmissionAsks: Projection {
  static let kinds: [Kind] = [.admissionAsked]

  static func changes(of stored: Stored) -> [Change] { [] }

  static func subjects(of stored: Stored) -> [Subject] { [.admission(ask: stored.index)] }
}

enum AdmissionVerdicts: Projection {
  static let kinds: [Kind] = [.admissionDecided]

  static func changes(of stored: Stored) -> [Change] {
    let data = stored.entry.data
    guard let namespace = data["namespace"]?.string, let subject = data["subject"]?.string,
      let state = data["state"]?.string
    else { return [] }
    let table = Tables.admissionVerdicts
    return [
      Change(
        table, key: [.int(stored.index)], register: table.registers[0],
        order: orderKey(index: stored.index),
        values: [
          .text(data["cluster"]?.string ?? ""), .text(namespace), .text(subject),
          Scalar(data["environment"]?.string), .text(state), Scalar(data["summary"]?.string),
          Scalar(data["ask"]?.int), Scalar(stored.entry.received),
        ])
    ]
  }
}
