import JWTKit
import Ledger

/// Who a GitHub App is, and the key that proves it. The key never prints: description, debug
/// description and mirror are redacted, and no error repeats any of it.
public struct AppCredentials: Sendable {
  public enum Problem: Error, Hashable, Sendable {
    /// Not one word of printable ASCII.
    case issuer
    /// Not an RSA private key of 2,048 bits or more in PEM, PKCS#1 or PKCS#8, without a passphrase.
    case key
  }

  /// The App's client id, or its numeric id as text.
  public let issuer: String
  /// `nil` when only the client id is known; GitHub tells it then.
  public let appID: Int64?
  private let key: Insecure.RSA.PrivateKey

  /// - Parameters:
  ///   - issuer: white space around it is cut.
  ///   - appID: follows from a numeric `issuer`.
  ///   - pem: on several lines, or on one with `\n` written out, as some environments keep it.
  public init(issuer: String, appID: Int64? = nil, privateKey pem: String) throws(Problem) {
    let issuer = String(issuer.trimming { $0.isWhitespace })
    guard !issuer.isEmpty, issuer.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .issuer
    }
    self.issuer = issuer
    self.appID = appID ?? Int64(issuer)
    let lines = pem.contains { $0.isNewline } ? pem : pem.replacing("\\n", with: "\n")
    let text = String(lines.trimming { $0.isWhitespace })
    do { key = try Insecure.RSA.PrivateKey(pem: text) } catch { throw .key }
  }

  /// The token that an App shows for itself (docs.github.com, "Generating a JSON Web Token (JWT)
  /// for a GitHub App"): at most 10 minutes long, and begun a minute ago, because clocks differ.
  func webToken(at now: Instant) async throws -> GitHubToken? {
    let seconds = now.microseconds / 1_000_000
    let claims = AppClaims(iss: issuer, iat: seconds - 60, exp: seconds + 540)
    let keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
    return GitHubToken(try await keys.sign(claims))
  }
}

extension AppCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "GitHub App \(issuer) [key redacted]" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["issuer": issuer]) }
}

/// Whole seconds: GitHub refuses fractions.
private struct AppClaims: JWTPayload {
  let iss: String
  let iat: Int64
  let exp: Int64

  /// These are made here and never read.
  func verify(using key: some JWTAlgorithm) {}
}
