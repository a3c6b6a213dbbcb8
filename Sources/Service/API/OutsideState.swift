import Ledger

/// What only the process knows that brings heads of the log out of this machine.
struct OutsideState: Sendable {
  let service: ServiceDependencies

  /// As the doctor's other checks; only where something is wrong.
  var checks: [JSON] {
    get async { [await witnesses, await copy].compactMap(\.self) }
  }

  private var witnesses: JSON? {
    get async {
      guard let hindrances = await service.witnesses?.hindrances, !hindrances.isEmpty else {
        return nil
      }
      let items = hindrances.map { key, reason in "\(key.prefix { $0 != "+" }): \(reason)" }
      return OutsideState.check(
        "asking witnesses", "\(items.count) did not cosign when they were asked last",
        "Is the address in ledger.yaml right, and does the witness know this log's key?",
        items.sorted())
    }
  }

  private var copy: JSON? {
    get async {
      guard let problem = await service.headCopy?.problem else { return nil }
      return OutsideState.check(
        "copy of the head", "the file that publish.file names cannot be written", problem, [])
    }
  }

  private static func check(
    _ name: String, _ detail: String, _ hint: String, _ items: [String]
  ) -> JSON {
    [
      "name": .string(name), "state": "warning", "detail": .string(detail),
      "hint": .string(hint), "items": .array(items.map(JSON.string)),
    ]
  }
}
