import Foundation

/// What GitHub, AWS and CDEvents published: no part of the project, and it may lie beside a checkout.
/// A clone that stands alone has none of it: its tests say what they lack.
public struct SharedFolder: Sendable {
  /// Of this checkout.
  public static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private let root: URL

  /// - Parameter named: what `LEDGER_SHARED_DATA` says; without it the folder is looked for beside
  ///   the package.
  public init(named: String?) {
    root =
      named.map { URL(filePath: $0) }
      ?? SharedFolder.package.deletingLastPathComponent().appending(path: "shared/data")
  }

  /// `nil` when it is not there.
  public func existing(_ name: String) -> URL? {
    let url = root.appending(path: name)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  /// Why a test is skipped.
  public static func missing(_ name: String) -> String {
    "SKIPPED: \(name) is missing: neither in LEDGER_SHARED_DATA nor in ../shared/data"
  }
}
