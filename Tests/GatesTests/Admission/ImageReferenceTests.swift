import Testing

@testable import Gates

@Suite struct ImageReferenceTests {
  private static let digits = String(repeating: "5d", count: 32)

  @Test(
    arguments: [
      ("nginx", "docker.io/library/nginx", nil),
      ("nginx:1.28", "docker.io/library/nginx", "1.28"),
      ("istio/proxyv2:1.27", "docker.io/istio/proxyv2", "1.27"),
      ("docker.io/nginx", "docker.io/library/nginx", nil),
      ("index.docker.io/istio/proxyv2", "docker.io/istio/proxyv2", nil),
      ("ghcr.io/acme/api:v1", "ghcr.io/acme/api", "v1"),
      ("localhost/api", "localhost/api", nil),
      ("registry:5000/api", "registry:5000/api", nil),
      ("registry:5000/api:2", "registry:5000/api", "2"),
    ] as [(String, String, String?)])
  func namesAndTags(_ text: String, _ repository: String, _ tag: String?) throws {
    for digest in [nil, "sha256:\(Self.digits)"] {
      let image = try #require(ImageReference(text + (digest.map { "@\($0)" } ?? "")))
      #expect(image.repository == repository && image.tag == tag && image.digest == digest)
    }
  }

  @Test(arguments: [
    "", "@sha256:\(digits)", "api@", "api@sha256:", "api@sha256:\(digits)0",
    "api@sha256:\(digits.dropLast())", "api@sha256:\(digits.uppercased())", "api@sha512:\(digits)",
    "api@\(digits)", "api@sha256:\(digits)@sha256:\(digits)", "a pi", "api:", "/api", "ghcr.io/",
    "api?", "api\n", "äpi", "api@sha256:\(digits) ", "api@sha256:\(digits.dropLast(2))zz",
  ])
  func whatNobodyPulls(_ text: String) { #expect(ImageReference(text) == nil) }
}
