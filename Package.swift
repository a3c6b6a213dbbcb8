// swift-tools-version:6.2
import PackageDescription

// `make test` measures coverage of the product alone: instrumenting the packages too would build each
// of them a second time (docs/decisions/0004-build.md), and tests are not asked what covers them.
let coverage = Context.environment["LEDGER_COVERAGE"] == "1"

let swift: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let measured: [SwiftSetting] =
  swift + (coverage ? [.unsafeFlags(["-profile-generate", "-profile-coverage-mapping"])] : [])
// Half of what the tests compute is reading JSON: they have the module that does so optimised.
let reading: [SwiftSetting] = coverage ? [.unsafeFlags(["-O"])] : []
let linker: [LinkerSetting] = coverage ? [.unsafeFlags(["-profile-generate"])] : []

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let ssl = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func library(
  _ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: measured + settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, swiftSettings: swift, linkerSettings: linker)
}

let package = Package(
  name: "release-ledger",
  products: [
    .executable(name: "ledger", targets: ["LedgerCLI"]),
    .executable(name: "ledger-demo", targets: ["LedgerDemo"]),
    .executable(name: "ledger-dictionary", targets: ["LedgerDictionary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
  ],
  targets: [
    // pure: no I/O, no clock, no environment
    library("Merkle", [crypto]),
    library("Ledger", ["Merkle"], reading),
    library("Webhooks", ["Ledger", crypto]),
    library("Attestations", ["Ledger", "Merkle", crypto, asn1, x509]),
    library("Gates", ["Ledger", "Merkle"]),
    library("Reports", ["Ledger", "Merkle"]),

    // edges: one technology each
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(
      name: "SQLiteSchema", path: "schema/sqlite", resources: [.embedInCode("migrations")],
      swiftSettings: swift),
    .target(
      name: "EvidenceDictionaries", path: "schema/evidence",
      resources: [.embedInCode("dictionaries")], swiftSettings: swift),
    library(
      "SQLiteStore",
      [
        "Ledger", "Merkle", "SQLiteSchema", "EvidenceDictionaries", "CZstd",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    library("GitHubAPI", ["Ledger", "Gates", httpClient, jwt, nio, logging]),
    library(
      "Service",
      [
        "Ledger", "Merkle", "Webhooks", "Attestations", "Gates", "Reports", crypto, hummingbird,
        httpTypes, nio, logging, lifecycle, .product(name: "Mustache", package: "swift-mustache"),
      ]),
    .executableTarget(
      name: "LedgerCLI",
      dependencies: [
        "Merkle", "Ledger", "Webhooks", "Attestations", "Gates", "Reports", "SQLiteStore",
        "GitHubAPI", "Service", hummingbird, nio, ssl, logging, lifecycle, httpClient, subprocess,
        yams, .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: measured, linkerSettings: linker),

    // for tests and the demo
    .target(
      name: "LedgerTesting",
      dependencies: [
        "Ledger", "Merkle", hummingbird, httpTypes, nio, logging, lifecycle, crypto, cryptoExtras,
      ],
      swiftSettings: swift),
    .executableTarget(
      name: "LedgerDictionary", dependencies: ["LedgerTesting", "CZstd"],
      swiftSettings: swift, linkerSettings: linker),
    .executableTarget(
      name: "LedgerDemo", dependencies: ["LedgerTesting", httpClient, nio],
      swiftSettings: swift, linkerSettings: linker),

    .executableTarget(
      name: "LedgerBench",
      dependencies: [
        "Merkle", "Ledger", "Webhooks", "Gates", "SQLiteStore", "Service", "LedgerTesting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/LedgerBench", swiftSettings: swift, linkerSettings: linker),

    tests("MerkleTests", ["Merkle", crypto]),
    tests("LedgerTests", ["Ledger", "Merkle", "LedgerTesting"]),
    tests("WebhooksTests", ["Webhooks", "Ledger", "LedgerTesting"]),
    tests(
      "AttestationsTests",
      ["Attestations", "Ledger", "Merkle", "LedgerTesting", crypto, asn1, x509]),
    tests("GatesTests", ["Gates", "Ledger", "Merkle", "LedgerTesting"]),
    tests(
      "ReportsTests", ["Reports", "SQLiteStore", "Gates", "Ledger", "Merkle", "LedgerTesting"]),
    tests(
      "StoreTests",
      [
        "SQLiteStore", "SQLiteSchema", "EvidenceDictionaries", "Webhooks", "Gates", "Ledger",
        "Merkle", "LedgerTesting",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("GitHubAPITests", ["GitHubAPI", "Gates", "Ledger", "LedgerTesting", jwt, crypto]),
    tests(
      "ServiceTests",
      [
        "Service", "SQLiteStore", "Webhooks", "Attestations", "Gates", "Reports", "Ledger",
        "Merkle", "LedgerTesting", hummingbird, httpTypes, logging, yams,
        .product(name: "HummingbirdTesting", package: "hummingbird"),
      ]),
    tests(
      "LedgerCLITests", ["LedgerCLI", "Ledger", "Merkle", "Gates", "Reports", "LedgerTesting"]),
    tests("ArchitectureTests", []),
    tests(
      "EndToEndTests",
      [
        "LedgerCLI", "LedgerDemo", "LedgerTesting", "Ledger", "Merkle", httpClient, nio, ssl, x509,
        crypto, asn1,
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
