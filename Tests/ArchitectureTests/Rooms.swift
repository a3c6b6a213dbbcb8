/// What a module may import: the walls of docs/architecture.md as data. `Package.swift` declares
/// the same; the build refuses what is not declared there, and these tests what is not meant.
struct Room: Sendable {
  let name: String
  /// Modules of this package.
  var own: Set<String> = []
  /// Modules of other packages.
  var external: Set<String> = []
  /// Modules of the toolchain.
  var system: Set<String> = []
  var isPure = false

  var allowed: Set<String> { own.union(external).union(system) }

  static let all = pure + edges + tools

  /// No I/O, no clock, no environment: values in, values out.
  private static let pure = [
    Room(name: "Merkle", external: ["Crypto"], system: locks, isPure: true),
    Room(name: "Ledger", own: ["Merkle"], system: locks, isPure: true),
    Room(
      name: "Webhooks", own: ["Ledger", "Merkle"], external: ["Crypto"], system: locks,
      isPure: true),
    // X509 gives the times of certificates as `Date`; there is still no clock.
    Room(
      name: "Attestations", own: ["Ledger", "Merkle"], external: ["Crypto", "X509", "SwiftASN1"],
      system: locks.union(["FoundationEssentials"]), isPure: true),
    Room(name: "Gates", own: ["Ledger", "Merkle"], system: locks, isPure: true),
    Room(name: "Reports", own: ["Ledger", "Merkle"], system: locks, isPure: true),
  ]

  /// One technology each.
  private static let edges = [
    Room(
      name: "SQLiteStore",
      own: ["Ledger", "Merkle", "SQLiteSchema", "EvidenceDictionaries", "CZstd"],
      external: ["GRDB", "GRDBSQLite"], system: platform),
    Room(
      name: "GitHubAPI", own: ["Ledger", "Gates"],
      external: ["AsyncHTTPClient", "JWTKit", "NIOCore", "Logging"], system: platform),
    Room(
      name: "Service",
      own: ["Ledger", "Merkle", "Webhooks", "Attestations", "Gates", "Reports"],
      external: [
        "Crypto", "Hummingbird", "HTTPTypes", "NIOCore", "Logging", "ServiceLifecycle", "Mustache",
      ], system: platform),
    Room(
      name: "LedgerCLI",
      own: [
        "Merkle", "Ledger", "Webhooks", "Attestations", "Gates", "Reports", "SQLiteStore",
        "GitHubAPI", "Service",
      ],
      external: [
        "ArgumentParser", "Hummingbird", "HummingbirdCore", "NIOCore", "NIOSSL", "Logging",
        "ServiceLifecycle", "AsyncHTTPClient", "Subprocess", "Yams",
      ], system: platform.union(["FoundationXML"])),
  ]

  /// For tests and the demo; no part of the product.
  private static let tools = [
    Room(
      name: "LedgerTesting", own: ["Ledger", "Merkle"],
      external: [
        "Hummingbird", "HTTPTypes", "NIOCore", "Logging", "ServiceLifecycle", "Crypto",
        "CryptoExtras",
      ], system: platform),
    Room(name: "LedgerDictionary", own: ["LedgerTesting", "CZstd"], system: platform),
    Room(
      name: "LedgerDemo", own: ["LedgerTesting", "Ledger"],
      external: ["AsyncHTTPClient", "NIOCore"], system: platform),
  ]

  private static let locks: Set<String> = ["Synchronization"]
  private static let platform: Set<String> = [
    "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization",
  ]
}
