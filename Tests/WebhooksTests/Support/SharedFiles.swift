import Foundation
import Ledger
import LedgerTesting
import Testing

@testable import Webhooks

/// Files that may lie beside a checkout.
enum SharedFiles {
  static let package = SharedFolder.package
  private static let root = SharedFolder(
    named: ProcessInfo.processInfo.environment["LEDGER_SHARED_DATA"])

  /// `nil` when it is not there.
  static func folder(_ name: String) -> URL? { root.existing(name) }

  /// Why what needs it is skipped; `nil` when it is there.
  static func lack(_ name: String) -> Comment? {
    folder(name) == nil ? Comment(rawValue: SharedFolder.missing(name)) : nil
  }

  static let cdEvents = folder("cdevents")
  static let eventBridge = folder("infra/eventbridge")

  static func json(in folder: URL?) -> [SharedFile] {
    guard let folder,
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return names.filter { $0.hasSuffix(".json") }.sorted()
      .map { SharedFile(url: folder.appending(path: $0)) }
  }
}

struct SharedFile: Sendable, CustomTestStringConvertible {
  let url: URL

  var testDescription: String { url.lastPathComponent }
  var bytes: [UInt8] { get throws { Array(try Data(contentsOf: url)) } }
  var json: JSON { get throws { try JSON.parse(bytes) } }
}

/// The members of a refusal; `nil` when nothing was refused.
func faults(_ read: () throws -> Void) throws -> [String]? {
  do { try read() } catch let PlatformRefusal.members(faults) { return faults }
  return nil
}

extension JSON {
  /// Every path to a member, outermost first.
  var paths: [[String]] {
    (object ?? [:]).sorted { $0.key < $1.key }
      .flatMap { key, value in [[key]] + value.paths.map { [key] + $0 } }
  }
}
