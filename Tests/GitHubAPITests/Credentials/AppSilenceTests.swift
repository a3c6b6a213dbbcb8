import Gates
import Ledger
import LedgerTesting
import Testing

@testable import GitHubAPI

/// Neither the key, nor the JWT, nor a token of an installation is in any error or description.
@Suite(.timeLimit(.minutes(1))) struct AppSilenceTests {
  private static let routes: [FakeGitHub.Route] = [
    .getInstallation, .createAccessToken, .listCheckRuns, .createCheckRun,
  ]

  private static let faults: [FakeGitHub.Fault] = [
    .status(401), .status(403), .status(404), .status(422), .status(502), .status(304), .cut,
    .refuse, .hang(seconds: 30),
    .status(301, headers: ["location": "http://other.example/"]),
    .answer(status: 200, headers: [:], body: "{\"token\":\"ghs_7700_echo echo\"}"),
  ]

  @Test(arguments: routes)
  func noErrorRepeatsASecret(route: FakeGitHub.Route) async throws {
    let secrets = try TestKeys.own().pkcs1PEM.split(separator: "\n").dropFirst().dropLast()
      .map(String.init)
    var limits = GitHubClient.Limits()
    limits.request = .milliseconds(300)
    try await AppDesk.run(limits: limits) { (desk) async throws in
      for fault in AppSilenceTests.faults {
        desk.github.clearFaults()
        desk.github.revokeAccessTokens()
        desk.github.fail(next: 9, on: route, with: fault)
        var dumped = ""
        do throws(CodeHostError) {
          try await desk.read()
          _ = try await desk.client.post(green, replacing: nil, to: sha, in: repository)
          if route != .getInstallation { Issue.record("\(fault) did not fail") }
        } catch { dump(error, to: &dumped) }
        for secret in secrets + ["ghs_", "eyJ"] { #expect(!dumped.contains(secret)) }
      }
      var dumped = ""
      dump(desk.client.authority, to: &dumped)
      let texts = [dumped, "\(desk.client)", "\(desk.github.requests)"]
      for secret in secrets + ["ghs_", "eyJ"] {
        #expect(!texts.contains { $0.contains(secret) })
      }
    }
  }
}
