import Crypto
import Ledger
import Merkle
import Testing
import X509

@testable import Attestations

/// One thing that is wrong with a bundle, and words of the reason.
struct Defect: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let reason: String
  let make: @Sendable (inout Making) throws -> Void
  let edit: @Sendable (JSON) -> JSON

  init(
    _ name: String, _ reason: String, _ make: @escaping @Sendable (inout Making) throws -> Void
  ) {
    (testDescription, self.reason, self.make) = (name, reason, make)
    edit = { $0 }
  }

  init(_ name: String, _ reason: String, edit: @escaping @Sendable (JSON) -> JSON) {
    (testDescription, self.reason, self.edit) = (name, reason, edit)
    make = { _ in }
  }
}

extension Defect {
  static let all: [Defect] = [
    Defect("wrong subject", "is not about") { $0.subject = "sha256:" + hex("aa", 32) },
    Defect(
      "flipped byte of the payload", "does not fit the certificate",
      edit: {
        var payload = $0.at("dsseEnvelope", "payload")?.bytes ?? []
        // A digit of the invocation's number, so that all else is as it was.
        let place = payload.lastIndex(of: UInt8(ascii: "7")) ?? 0
        payload[place] ^= 1
        return $0.setting(["dsseEnvelope", "payload"], .string(Base64.encoded(payload)))
      }),
    Defect(
      "second signature", "2 signatures",
      edit: { json in
        let list = json.at("dsseEnvelope", "signatures")?.array ?? []
        return json.setting(["dsseEnvelope", "signatures"], .array(list + list))
      }),
    Defect("expired at the log's time", "was not valid at") { $0.loggedAt = 601 },
    Defect("not yet valid at the log's time", "was not valid at") { $0.loggedAt = -1 },
    Defect("not made for signing code", "not made for this use") { $0.usages = [.emailProtection] },
    Defect("made for nothing", "not made for this use") { $0.usages = [] },
    Defect("index off by one", "proof of inclusion does not hold") { $0.proofIndex = 4 },
    Defect("checkpoint by an unknown key", "not signed by the log's key") {
      $0.checkpointKey = P256.Signing.PrivateKey()
    },
    Defect(
      "promise for another time", "promise does not fit",
      edit: { json in
        json.setting(
          ["verificationMaterial", "tlogEntries", "0", "integratedTime"],
          .string(String(FakeSigstore.noon + 61)))
      }),
    Defect(
      "root that is not the checkpoint's", "not about its checkpoint",
      edit: { json in
        json.setting(
          ["verificationMaterial", "tlogEntries", "0", "inclusionProof", "rootHash"],
          .string(Base64.encoded(Hash.sha256([1]).bytes)))
      }),
    Defect(
      "neither promise nor proof", "neither a promise nor a proof",
      edit: { json in
        json.setting(["verificationMaterial", "tlogEntries", "0", "inclusionProof"], nil)
          .setting(["verificationMaterial", "tlogEntries", "0", "inclusionPromise"], nil)
      }),
    Defect("name that is not the builder's", "made out to") { $0.name += "2" },
    Defect("commit of another build", "the commit is") { $0.extensions[13] = hex("ab", 20) },
    Defect("another repository", "the repository is") { $0.saidRepository += "-other" },
    Defect("another builder", "the builder is") { $0.saidBuilder += "2" },
    Defect("another ref", "the ref is") { $0.extensions[14] = "refs/heads/dev" },
    Defect("another workflow", "the workflow is") { $0.extensions[18] = "\(Making.builder)2" },
    Defect("started by who may not write", "may have built another commit") {
      $0.extensions[20] = "pull_request_target"
    },
    Defect("started by another workflow", "may have built another commit") {
      $0.extensions[20] = "workflow_run"
    },
    Defect("started by a pull request", "may have built another commit") {
      $0.extensions[20] = "pull_request"
    },
    Defect("called by a pull request's workflow", "may have built another commit") {
      $0.extensions[18] = "\(Making.repository)/.github/workflows/build.yml@refs/pull/7/merge"
    },
    Defect("no trigger in the certificate", "names no trigger") { $0.extensions[20] = nil },
    Defect("no repository in the certificate", "names no repository") { $0.extensions[12] = nil },
    Defect("no repository's id", "names no repository's id") { $0.extensions[15] = nil },
    Defect("another issuer of tokens", "was named by") {
      $0.extensions[8] = "https://evil.example"
    },
    Defect("timestamp of another signature", "about another signature") {
      ($0.isStamped, $0.stampedBytes) = (true, [1, 2, 3])
    },
    Defect("timestamp by another key", "does not fit its certificate") {
      ($0.isStamped, $0.stampKey) = (true, P384.Signing.PrivateKey())
    },
    Defect("timestamp after its authority's end", "the timestamp: ") {
      ($0.isStamped, $0.stampedAt) = (true, 366 * 86_400)
    },
    Defect("timestamp after the certificate's end", "was not valid at") {
      ($0.isStamped, $0.stampedAt) = (true, 700)
    },
  ]
}

private func hex(_ pair: String, _ count: Int) -> String { String(repeating: pair, count: count) }
