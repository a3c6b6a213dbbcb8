import Ledger

/// Who and what the story is about.
enum StoryCast {
  static let acme = Deliveries.Account(id: 71_204_501, login: "acme", kind: .organization)
  static let mia = Deliveries.Account(id: 5_100_201, login: "mia")
  static let jon = Deliveries.Account(id: 5_100_202, login: "jon")
  static let noor = Deliveries.Account(id: 5_100_203, login: "noor")

  static let deliveries = Deliveries(
    repository: Deliveries.Repository(id: 812_340_117, owner: acme, name: "api"))

  static let tests = Deliveries.Workflow(
    id: 88_101, name: "ci", path: ".github/workflows/ci.yml")
  static let image = Deliveries.Workflow(
    id: 88_102, name: "image", path: ".github/workflows/image.yml")

  /// What `main` pointed at before.
  static let first = Derived.commit("before the story")
}
