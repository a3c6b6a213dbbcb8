import AsyncHTTPClient
import Foundation
import Ledger
import LedgerTesting
import NIOSSL
import Testing

@testable import LedgerDemo

@Suite("The admission webhook, over TLS", .serialized, .timeLimit(.minutes(5)))
struct AdmissionTests {
  private static let image = "ghcr.io/acme/api@" + Derived.digest("an image")
  private static let policy = """
    version: 1
    environments: [{name: prod, aliases: [team-a]}]
    services: [{name: api, repositories: [acme/api]}]
    gates:
      deploy:
        environments: [{environment: prod, image-recorded: true}]
      admission:
        images: [ghcr.io/acme/api]
    """

  /// A bench, its certificate, and a server that a cluster may ask.
  private final class Cluster {
    let bench: Bench
    let files: TestCertificates
    let tls: Int
    let shown: SelfSigned
    private(set) var server: Running?

    init(_ variables: [String: String] = [:], mode: String = "enforce") async throws {
      bench = try await Bench()
      try AdmissionTests.policy.write(
        toFile: bench.ledger.policy, atomically: true, encoding: .utf8)
      (files, shown) = (try TestCertificates(in: bench.directory), try SelfSigned("first"))
      try files.mount(shown.certificate, shown.key)
      tls = try FreePort.preferring(0)
      server = try await bench.start(
        [
          "LEDGER_GITHUB_TOKEN": "", "LEDGER_ADMISSION": mode,
          "LEDGER_TLS_LISTEN": "127.0.0.1:\(tls)", "LEDGER_TLS_CERT": files.certificate,
          "LEDGER_TLS_KEY": files.key,
        ].merging(variables) { $1 })
    }

    func running() throws -> Running { try #require(server) }

    func with(
      _ tls: TLSConfiguration, _ test: (HTTPClient) async throws -> Void
    ) async throws {
      var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
      configuration.connectionPool.idleTimeout = .seconds(60)
      let client = HTTPClient(configuration: configuration)
      let result: Result<Void, any Error>
      do { result = .success(try await test(client)) } catch { result = .failure(error) }
      try await client.shutdown()
      try result.get()
    }

    /// - Returns: the answer; `nil` where no connection was made.
    func ask(_ client: HTTPClient, _ body: [UInt8]) async throws -> (status: Int, json: JSON) {
      var request = HTTPClientRequest(url: "https://localhost:\(tls)/admission?timeout=5s")
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(body)
      let answer = try await client.execute(request, timeout: .seconds(10))
      let bytes = Array(buffer: try await answer.body.collect(upTo: 1 << 20))
      return (Int(answer.status.code), try JSON.parse(bytes))
    }

    func isAllowed(_ client: HTTPClient, _ image: String) async throws -> Bool? {
      try await ask(client, AdmissionReviews().created(image)).json.at("response", "allowed")?.bool
    }

    func end() async throws {
      #expect(await server?.stop() == 0)
      try await bench.ended()
    }
  }

  private func refuses(
    _ cluster: Cluster, _ tls: TLSConfiguration
  ) async throws -> Bool {
    do {
      try await cluster.with(tls) { _ = try await cluster.isAllowed($0, Self.image) }
      return false
    } catch { return true }
  }

  @Test("lets in, keeps out, writes down, and verify concludes it again")
  func answers() async throws {
    let cluster = try await Cluster()
    try await cluster.with(try cluster.shown.believed()) { client in
      #expect(try await cluster.isAllowed(client, Self.image) == true)
      #expect(try await cluster.isAllowed(client, "nginx:1") == false)
      let bad = try await cluster.ask(client, Array("{}".utf8))
      #expect(bad.status == 400 && bad.json["code"] == "review")
    }
    let server = try cluster.running()
    #expect(try await server.post("/admission", "{}", []).status == 404)
    let page = try await server.get("/metrics").body
    #expect(page.contains(#"ledger_admission_reviews_total{verdict="deny",mode="enforce"} 1"#))
    #expect(page.contains("ledger_tls_certificate_expiry_timestamp_seconds "))
    let listed = try await cluster.bench.ledger.run([
      "entries", "--kind", "admission.decided.v1",
    ])
    #expect(listed.output.contains("may run in team-a (prod)"), "\(listed.output)")
    #expect(listed.output.contains("tag in team-a (prod): nginx:1"))
    let asked = try await cluster.bench.ledger.run(["entries", "--kind", "admission.asked.v1"])
    #expect(asked.output.contains("\tnginx:1 in team-a"), "\(asked.output)")
    #expect(await server.stop() == 0)
    #expect(try await cluster.bench.ledger.run(["verify"]).status == 0)
    try await cluster.bench.ended()
  }

  @Test("its file gone, nothing is let in, but what nobody has to be asked about")
  func databaseGone() async throws {
    for (mode, isAllowed) in [("enforce", false), ("audit", true)] {
      let cluster = try await Cluster(mode: mode)
      try await cluster.with(try cluster.shown.believed()) { client in
        #expect(try await cluster.isAllowed(client, Self.image) == true)
        let database = cluster.bench.ledger.database
        try FileManager.default.removeItem(atPath: database)
        #expect(try await cluster.isAllowed(client, Self.image) == isAllowed)
        let system = AdmissionReviews(namespace: "kube-system")
        let answer = try await cluster.ask(client, system.created("nginx:1"))
        #expect(answer.json.at("response", "allowed") == true)
        // One that came in its place is another one.
        try Data().write(to: URL(filePath: database))
        let again = try await cluster.ask(client, AdmissionReviews().created(Self.image))
        #expect(again.status == 200 && again.json.at("response", "allowed")?.bool == isAllowed)
        #expect(again.json.canonicalString.contains("its database is gone"))
        #expect(try await cluster.running().get("/readyz").status == 503)
      }
      try await cluster.running().crash()
      try await cluster.bench.ended()
    }
  }

  @Test("a new certificate is shown without a restart; a broken one is not, and is told of")
  func reload() async throws {
    let cluster = try await Cluster()
    try await cluster.with(try cluster.shown.believed()) { try await reload(cluster, $0) }
    try await cluster.end()
  }

  /// - Parameter old: keeps its connection all the while.
  private func reload(_ cluster: Cluster, _ old: HTTPClient) async throws {
    #expect(try await cluster.isAllowed(old, Self.image) == true)

    let (second, third) = (try SelfSigned("second", days: 9), try SelfSigned("third"))
    try cluster.files.mount(second.certificate, second.key)
    try await eventually("the second certificate is shown", within: .seconds(20)) {
      // An idle connection would be ended.
      #expect(try await cluster.isAllowed(old, Self.image) == true)
      return try await !refuses(cluster, second.believed())
    }
    #expect(try await refuses(cluster, cluster.shown.believed()))
    // The connection that was open goes on.
    #expect(try await cluster.isAllowed(old, Self.image) == true)
    let server = try cluster.running()
    let expiry = try #require(
      try await server.get("/metrics").body.split(separator: "\n")
        .first { $0.hasPrefix("ledger_tls_certificate_expiry") }?.split(separator: " ").last)
    #expect(abs(try #require(Double(expiry)) - Date().timeIntervalSince1970 - 9 * 86_400) < 600)

    for (certificate, key) in [
      (third.certificate, second.key), ("nonsense", third.key), (third.certificate, ""),
    ] {
      let told = server.log.ranges(of: "the new certificate is refused").count
      try cluster.files.mount(certificate, key)
      try await eventually("it is refused", within: .seconds(20)) {
        server.log.ranges(of: "the new certificate is refused").count > told
      }
      #expect(try await !refuses(cluster, second.believed()))
    }
    try cluster.files.mount(third.certificate, third.key)
    try await eventually("the third certificate is shown", within: .seconds(20)) {
      try await !refuses(cluster, third.believed())
    }
    #expect(!server.log.contains("PRIVATE KEY-----\n"))
  }

  /// Such as one whose network is gone. Its farewell never comes.
  @Test("a client that says nothing any more does not hold up the end")
  func silent() async throws {
    let cluster = try await Cluster()
    let script = SharedData.support.appending(path: "silent_tls_client.py").path
    let client = try Child(
      URL(filePath: "/usr/bin/env"), ["python3", script, "\(cluster.tls)"], environment: [:],
      in: cluster.bench.directory, name: "silent")
    try await eventually("it is connected", within: .seconds(20)) {
      try String(contentsOf: client.output, encoding: .utf8) == "connected\n"
    }
    #expect(await cluster.server?.stop() == 0)
    #expect(client.status == nil)
    _ = await client.stop(patience: .zero)
    try await cluster.bench.ended()
  }

  @Test("with an authority for clients, others are not even heard")
  func clients() async throws {
    let (member, stranger) = (try SelfSigned("api-server"), try SelfSigned("stranger"))
    let authority = FileManager.default.temporaryDirectory
      .appending(path: "ca-\(UUID().uuidString).pem")
    try member.certificate.write(to: authority, atomically: true, encoding: .utf8)
    let cluster = try await Cluster(["LEDGER_TLS_CLIENT_CA": authority.path])
    #expect(try await refuses(cluster, cluster.shown.believed()))
    #expect(try await refuses(cluster, stranger.client(believing: cluster.shown)))
    #expect(try await !refuses(cluster, member.client(believing: cluster.shown)))
    try await cluster.end()
    try FileManager.default.removeItem(at: authority)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var arguments: [String: String] = [:]
    let says: String
  }

  static let refusals = [
    Refusal(
      testDescription: "no certificate", arguments: ["LEDGER_TLS_CERT": ""],
      says: "--admission needs --tls-cert"),
    Refusal(
      testDescription: "no key", arguments: ["LEDGER_TLS_KEY": ""],
      says: "--admission needs --tls-key"),
    Refusal(
      testDescription: "a file that is not there",
      arguments: ["LEDGER_TLS_CERT": "/nowhere/tls.crt"], says: "cannot read the certificate"),
    Refusal(
      testDescription: "a key that is not there", arguments: ["LEDGER_TLS_KEY": "/nowhere/tls.key"],
      says: "cannot read the private key"),
    Refusal(
      testDescription: "another mode", arguments: ["LEDGER_ADMISSION": "on"],
      says: "LEDGER_ADMISSION=on cannot be read"),
    Refusal(
      testDescription: "another's key", arguments: ["LEDGER_TLS_KEY": "OTHER"],
      says: "do not belong together"),
    Refusal(
      testDescription: "no key in it", arguments: ["LEDGER_TLS_KEY": "CERT"],
      says: "no private key can be read"),
    Refusal(
      testDescription: "no certificate in it", arguments: ["LEDGER_TLS_CERT": "OTHER"],
      says: "certificate"),
  ]

  @Test("is refused at the start with the reason and what to do", arguments: refusals)
  func refused(_ refusal: Refusal) async throws {
    let bench = try await Bench()
    let files = try TestCertificates(in: bench.directory)
    let (own, other) = (try SelfSigned("own"), try SelfSigned("other"))
    try files.mount(own.certificate, own.key)
    let key = bench.directory.appending(path: "other.key").path
    try other.key.write(toFile: key, atomically: true, encoding: .utf8)
    let given = refusal.arguments.mapValues {
      $0 == "OTHER" ? key : $0 == "CERT" ? files.certificate : $0
    }
    let child = try bench.ledger.serve(
      on: FreePort.preferring(0),
      [
        "LEDGER_WEBHOOK_SECRET": Bench.secret, "LEDGER_ADMISSION": "enforce",
        "LEDGER_TLS_LISTEN": "127.0.0.1:\(try FreePort.preferring(0))",
        "LEDGER_TLS_CERT": files.certificate, "LEDGER_TLS_KEY": files.key,
      ].merging(given) { $1 })
    #expect(try await child.exit() != 0)
    let text = try String(contentsOf: child.errors, encoding: .utf8)
    #expect(text.contains(refusal.says) && text.contains("hint: "), "\(text)")
    #expect(!text.contains(other.key.split(separator: "\n")[1]))
    try await bench.ended()
  }

  @Test("TLS without admission, and admission without a ledger, are refused")
  func usage() async throws {
    let bench = try await Bench()
    for arguments in [
      ["serve", "--tls-cert", "x"], ["serve", "--hello-only", "--admission", "audit"],
    ] {
      let answer = try await bench.run(arguments, ["LEDGER_WEBHOOK_SECRET": Bench.secret])
      #expect(answer.status == 2, "\(answer.errors)")
    }
    try await bench.ended()
  }
}
