import Foundation
import Testing

@Suite struct SupplyTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
  }

  @Test("A16 the image runs without root, holds no secret and says how it is")
  func container() throws {
    let lines = try text("Dockerfile").split(separator: "\n").map(String.init)
    let shipped = try #require(lines.lastIndex { $0.hasPrefix("FROM ") })
    let last = lines[shipped...]
    let user = try #require(last.last { $0.hasPrefix("USER ") })
    #expect(!user.contains("root") && !user.hasPrefix("USER 0"))
    #expect(last.contains { $0.hasPrefix("HEALTHCHECK ") })
    #expect(!lines.contains { $0.hasPrefix("ADD ") })
    for line in last where line.hasPrefix("ENV ") || line.hasPrefix("ARG ") || line.contains("=") {
      for word in ["SECRET", "TOKEN", "PASSWORD", "PRIVATE_KEY"] {
        #expect(!line.contains(word), "\(line)")
      }
    }
  }

  /// The lowest versions without a hole that is known: requests smuggled past NIO's parser
  /// (CVE-2026-28980), and floods of HTTP/2 frames (GHSA-4px2-pw77-vc85).
  @Test(
    "A17 no dependency is older than its last known hole",
    arguments: [("swift-nio", [2, 100]), ("swift-nio-http2", [1, 44])])
  func floors(package: String, floor: [Int]) throws {
    let resolved = try text("Package.resolved")
    let pins = try #require(
      JSONSerialization.jsonObject(with: Data(resolved.utf8)) as? [String: Any])["pins"]
    let pin = try #require(
      (pins as? [[String: Any]])?.first { $0["identity"] as? String == package })
    let version = try #require((pin["state"] as? [String: Any])?["version"] as? String)
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    #expect(!numbers.lexicographicallyPrecedes(floor), "\(package) \(version)")
  }

  /// A decompressed body has no size that its sender paid for (CVE-2026-28975).
  @Test("A17 no request is decompressed")
  func decompression() throws {
    for file in try SourceTree.files("Sources", extension: "swift") {
      #expect(!file.text.contains("equestDecompression"), "\(file.path)")
      #expect(!file.text.contains("NIOHTTPCompression"), "\(file.path)")
    }
  }
}
