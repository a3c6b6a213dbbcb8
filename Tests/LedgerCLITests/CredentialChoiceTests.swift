import Testing

@testable import LedgerCLI

struct CredentialChoiceTests {
  private static let secret = "canary-of-a-secret"

  private func refusal(
    token: String? = nil, app: String? = nil, key: String? = nil
  ) -> String? {
    do {
      _ = try CredentialChoice.choose(token: token, app: app, key: key)
      return nil
    } catch { return "\(error)" }
  }

  @Test func nothingIsNoCredential() throws {
    #expect(try CredentialChoice.choose(token: nil, app: nil, key: nil) == nil)
  }

  @Test func aTokenIsOne() throws {
    guard case .token = try CredentialChoice.choose(token: "ghp_x", app: nil, key: nil) else {
      Issue.record("no token")
      return
    }
  }

  @Test(
    arguments: [
      ("t", "1", nil), ("t", nil, "k"), ("t", "1", "k"),
    ] as [(String?, String?, String?)])
  func bothAreRefused(token: String?, app: String?, key: String?) throws {
    let text = try #require(refusal(token: token, app: app, key: key))
    #expect(text.contains("both set"))
    #expect(text.contains("LEDGER_GITHUB_TOKEN") && text.contains("LEDGER_GITHUB_APP_ID"))
  }

  @Test func anAppNeedsBoth() throws {
    let noKey = try #require(refusal(app: "7"))
    #expect(noKey.contains("LEDGER_GITHUB_APP_ID is set without LEDGER_GITHUB_APP_PRIVATE_KEY"))
    let noID = try #require(refusal(key: CredentialChoiceTests.secret))
    #expect(noID.contains("LEDGER_GITHUB_APP_PRIVATE_KEY is set without LEDGER_GITHUB_APP_ID"))
    #expect(!noID.contains(CredentialChoiceTests.secret))
  }

  @Test func aKeyThatIsNoneIsNotRepeated() throws {
    let text = try #require(refusal(app: "7", key: CredentialChoiceTests.secret))
    #expect(text.contains("LEDGER_GITHUB_APP_PRIVATE_KEY is no private key"))
    #expect(!text.contains(CredentialChoiceTests.secret))
  }
}
