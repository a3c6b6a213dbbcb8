import Foundation
import Gates
import Ledger
import Merkle
import Yams

/// What the file says, and which file said it.
struct LoadedPolicy {
  let file: LedgerFile
  /// SHA-256 of its bytes.
  let hash: String
}

/// `ledger.yaml`: reads the file and keeps the line of every value, so that an error can name it.
struct PolicyFile {
  static let maximumSize = 1 << 20
  let path: String

  func read(confirmation: Policy.Confirmation) throws -> LedgerFile {
    try load(confirmation: confirmation).file
  }

  func load(confirmation: Policy.Confirmation) throws -> LoadedPolicy {
    let text = try self.text()
    let root = try PolicyFile.root(text, path)
    do {
      return LoadedPolicy(
        file: try LedgerFile(root, confirmation: confirmation, zones: SystemTimeZones()),
        hash: Hash.sha256(text.utf8).hex)
    } catch { throw PolicyFile.failure(error, path) }
  }

  /// Names the line of each.
  static func failure(_ problems: PolicyProblems, _ path: String) -> Failure {
    Failure(
      problems.all.map { "\(path):\($0.line): \($0.path): \($0.reason)" }.joined(separator: "\n"),
      hint: "schema/policy.schema.json and the README describe the file.")
  }

  /// The file's content, whatever it says.
  func root() throws -> ConfigNode { try PolicyFile.root(try text(), path) }

  /// SHA-256 of what is there, valid or not; `nil` when it cannot be read.
  var hash: String? {
    do { return Hash.sha256(try Data(contentsOf: URL(filePath: path))).hex } catch { return nil }
  }

  private static func root(_ text: String, _ path: String) throws -> ConfigNode {
    let file = PolicyFile(path: path)
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw file.problem(line: 1, "the file is empty")
      }
      return try config(node)
    } catch let error as YamlError { throw file.problem(error) }
  }

  private func text() throws -> String {
    do {
      let data = try Data(contentsOf: URL(filePath: path))
      guard data.count <= PolicyFile.maximumSize, let text = String(validating: data, as: UTF8.self)
      else { throw problem(line: 1, "is not UTF-8 text of at most 1 MiB") }
      return text
    } catch let failure as Failure { throw failure } catch {
      throw Failure(
        "cannot read the policy \(path)", hint: "Is it there, and may it be read?")
    }
  }

  private func problem(_ error: YamlError) -> Failure {
    switch error {
    case .scanner(_, let reason, let mark, _), .parser(_, let reason, let mark, _),
      .composer(_, let reason, let mark, _):
      problem(line: mark.line, reason)
    case .duplicatedKeysInMapping(let keys, let context):
      problem(
        line: context.mark.line,
        "the map that begins here has twice: " + keys.sorted().joined(separator: ", "))
    default: problem(line: 1, "\(error)")
    }
  }

  private func problem(line: Int, _ reason: String) -> Failure {
    Failure("\(path):\(line): \(reason)", hint: "The file has to be YAML.")
  }

  private static func config(_ node: Yams.Node) throws -> ConfigNode {
    let line = node.mark?.line ?? 0
    switch node {
    case .scalar: return ConfigNode(.scalar(scalar(node)), line: line)
    case .sequence(let nodes): return ConfigNode(.list(try nodes.map(config)), line: line)
    case .mapping(let pairs):
      return ConfigNode(
        .map(try pairs.map { ($0.key.scalar?.string ?? "", try config($0.value)) }), line: line)
    case .alias: return ConfigNode(.scalar(.null), line: line)
    }
  }

  private static func scalar(_ node: Yams.Node) -> JSON {
    switch node.tag {
    case Tag(.bool): node.bool.map(JSON.bool) ?? .null
    case Tag(.int): node.int.map { JSON.int(Int64($0)) } ?? .null
    case Tag(.float): .number(node.scalar?.string ?? "")
    case Tag(.null): .null
    default: .string(node.scalar?.string ?? "")
    }
  }
}
