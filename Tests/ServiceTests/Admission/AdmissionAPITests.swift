import Gates
import Hummingbird
import Ledger
import LedgerTesting
import Synchronization
import Testing
import Webhooks

@testable import Service

private let (image, reviews) = (AdmissionReviews.image, AdmissionScene.reviews)

extension ServiceTests {
  @Suite struct AdmissionAPITests {
    @Test func whatWasAllowedIsLetIn() async throws {
      try await withAdmission { service in
        let answer = try await service.review(reviews.created(image), "?timeout=5s")
        #expect(answer.status == 200 && answer.contentType == "application/json")
        let json = try answer.json
        #expect(json["apiVersion"] == "admission.k8s.io/v1" && json["kind"] == "AdmissionReview")
        let response = try answer.response
        #expect(response["uid"] == "705ab4f5-6393-11e8-b7cc-42010a800002")
        #expect(response["allowed"] == true && response["status"] == nil)
        #expect(response["warnings"] == nil)
        let decision = try #require(try await service.all(.admissionDecided).last)
        #expect(
          response["auditAnnotations"] == [
            "verdict": "allow", "environment": "prod", "entry": .string("\(decision.index)"),
          ])
        let ask = try #require(try await service.all(.admissionAsked).last)
        #expect(decision.entry.data["ask"]?.int == ask.index && ask.entry.source == .kubernetes)
        #expect(!ask.entry.data.canonicalString.contains(AdmissionReviews.secret))
      }
    }

    @Test func whatWasNotIsKeptOutWithAllReasons() async throws {
      try await withAdmission { service in
        let other = Derived.digest("other")
        let answer = try await service.review(
          reviews.created(image, "ghcr.io/acme/api@\(other)", "nginx:1.28"))
        #expect(try answer.status == 200 && !answer.isAllowed)
        let status = try #require(try answer.response["status"])
        #expect(status["code"] == 403 && status["reason"] == "Forbidden")
        #expect(status["status"] == "Failure")
        let decision = try #require(try await service.all(.admissionDecided).last)
        let message = try answer.message
        #expect(message.contains("nginx:1.28: a tag is no promise"))
        #expect(message.contains("ledger gate deploy -s api -e prod --digest \(other)"))
        #expect(message.hasSuffix("(entry \(decision.index) of the release ledger)"))
        #expect(!message.contains(DeployEntries.digest))
      }
    }

    /// The same pods ask all day: their second question is answered by a read.
    @Test func repetitionsAppendNothing() async throws {
      try await withAdmission { service in
        let first = try await service.review(reviews.created(image, "nginx:1.28"))
        let size = try await service.store.read { try $0.size() }
        for images in [
          [image, "nginx:1.28"], ["nginx:1.28", image], [image, image, "nginx:1.28"],
        ] {
          let review = reviews.review(reviews.pod(images, labels: "other"), uid: "another")
          let again = try await service.review(review.canonicalBytes)
          #expect(try again.response["uid"] == "another")
          #expect(
            try again.response["auditAnnotations"] == first.response["auditAnnotations"])
        }
        #expect(try await service.store.read { try $0.size() } == size)
        // Another basis is another decision.
        try await DeployScene.tell(
          service.store, DeployScene.entries.entry(.deployAsked, ["replicas": 2], at: 9))
        _ = try await service.review(reviews.created(image))
        let decisions = try await service.all(.admissionDecided)
        #expect(decisions.count == 2 && decisions[1].entry.data["state"] == "allow")
      }
    }

    @Test func aDryRunIsAnsweredAndNotWritten() async throws {
      try await withAdmission { service in
        let size = try await service.store.read { try $0.size() }
        for (name, isAllowed) in [(image, true), ("nginx:1.28", false)] {
          let answer = try await service.review(reviews.created(name, isDryRun: true))
          #expect(try answer.isAllowed == isAllowed)
          #expect(try answer.response.at("auditAnnotations", "entry") == nil)
        }
        #expect(try await service.store.read { try $0.size() } == size)
      }
    }

    /// A later deny must not hold up labels and finalizers of what runs, nor the cluster's pods.
    @Test(arguments: [true, false])
    func whatIsNotJudged(_ isThere: Bool) async throws {
      try await withAdmission(isThere: { isThere }) { service in
        let bad = reviews.pod(["nginx:1.28"])
        var system = reviews
        system.namespace = "kube-system"
        let all = [
          reviews.review(reviews.pod(["nginx:1.28"], labels: "x"), old: bad, operation: "UPDATE"),
          reviews.review(.null, old: bad, operation: "DELETE"),
          system.review(system.pod(["nginx:1.28"])),
        ]
        for review in all {
          let answer = try await service.review(review.canonicalBytes)
          #expect(try answer.isAllowed, "\(answer.text)")
          #expect(try answer.response.at("auditAnnotations", "verdict") == "exempt")
        }
        #expect(try await service.all(.admissionAsked).isEmpty)
        let debug = reviews.review(
          reviews.pod(["nginx:1.28"], debugging: ["busybox"]), old: bad, operation: "UPDATE",
          subresource: "ephemeralcontainers")
        let answer = try await service.review(debug.canonicalBytes)
        #expect(try !answer.isAllowed)
        #expect(try answer.message.contains(isThere ? "busybox" : "its database is gone"))
        #expect(try !answer.message.contains("nginx"))
      }
    }

    @Test func auditLetsInAndWarns() async throws {
      try await withAdmission(.audit) { service in
        let other = "ghcr.io/acme/api@\(Derived.digest("other"))"
        let answer = try await service.review(reviews.created(image, other, "nginx:1.28"))
        #expect(try answer.isAllowed && answer.response["status"] == nil)
        let warnings = try answer.warnings
        #expect(warnings.count == 2 && warnings.allSatisfy { $0.utf8.count <= 120 })
        #expect(
          warnings.last?.hasPrefix("would be refused: nginx:1.28: a tag is no promise") == true)
        #expect(try answer.response.at("auditAnnotations", "verdict") == "deny")
        #expect(try await service.all(.admissionDecided).last?.entry.data["state"] == "deny")
        #expect(try await service.all(.admissionAsked).last?.entry.data["mode"] == "audit")
        let many = try await service.review(
          reviews.review(
            reviews.pod((0..<30).map { "x:\($0)" })
          ).canonicalBytes)
        #expect(try many.warnings.count == 11 && many.warnings.last?.contains("20 more") == true)
      }
    }

    /// Whatever goes wrong here is an answer, in either mode, and never a 5xx.
    @Test(
      arguments: [
        (StoreError.busy, "too much is waiting"), (.failed("x"), "cannot be read or written"),
        (.closed, "cannot be read or written"),
      ] as [(StoreError, String)], AdmissionSettings.Mode.allCases)
    func trouble(
      _ trouble: (error: StoreError, words: String), _ mode: AdmissionSettings.Mode
    ) async throws {
      let setup = Setup(wrap: { BrokenStore(base: $0, onAppend: { _ in throw trouble.error }) })
      try await withAdmission(mode, setup) { service in
        let answer = try await service.review(reviews.created(image))
        #expect(answer.status == 200 && answer.text.contains(trouble.words))
        #expect(try answer.isAllowed == (mode == .audit))
        #expect(try answer.warnings.count == (mode == .audit ? 1 : 0))
        #expect(try answer.response.at("status", "code")?.int == (mode == .audit ? nil : 503))
        #expect(try answer.response.at("auditAnnotations", "verdict") == "unavailable")
      }
    }

    /// What was answered a moment ago counts no more when it cannot be read.
    @Test(arguments: AdmissionSettings.Mode.allCases)
    func theStoreIsClosed(_ mode: AdmissionSettings.Mode) async throws {
      // One review takes two reads.
      let countdown = Countdown(2)
      let setup = Setup(wrap: {
        BrokenStore(base: $0, afterRead: { try countdown.tick(StoreError.closed) })
      })
      try await withAdmission(mode, setup) { service in
        let first = try await service.review(reviews.created(image))
        #expect(try first.isAllowed)
        let answer = try await service.review(reviews.created(image))
        #expect(try answer.status == 200 && answer.isAllowed == (mode == .audit))
        #expect(answer.text.contains("the release ledger cannot answer"))
      }
    }

    /// An API server that waits for less is answered sooner. The store would answer in the end.
    @Test(arguments: [("", 60), ("?timeout=100ms", 60_000)])
    func aStoreThatDoesNotAnswer(_ query: String, _ deadline: Int) async throws {
      let setup = Setup(wrap: {
        BrokenStore(base: $0, afterRead: { try await Task.sleep(for: .seconds(15)) })
      })
      try await withAdmission(.enforce, setup, deadline: .milliseconds(deadline)) { service in
        let answer = try await service.review(reviews.created(image), query)
        #expect(try !answer.isAllowed && answer.message.contains("it takes too long"))
      }
    }

    @Test func whatIsNoReview() async throws {
      try await withAdmission { service in
        let old =
          reviews.review(reviews.pod([image])).object?
          .merging(["apiVersion": "admission.k8s.io/v1beta1"]) { $1 } ?? [:]
        let beta = try await service.review(JSON.object(old).canonicalBytes)
        #expect(try beta.problem(400) == "version")
        #expect(beta.text.contains("admissionReviewVersions: [v1]"))
        #expect(try await service.review(Array("{".utf8)).problem(400) == "review")
        #expect(try await service.get("/livez").status == 200)
        #expect(try await service.get("/readyz").status == 200)
        #expect(try await service.all(.admissionAsked).isEmpty)
      }
    }

    @Test func nothingElseIsAnsweredThere() async throws {
      try await withParts(Setup()) { parts in
        let routes = Routes.admission(parts.service, AdmissionSettings(mode: .audit))
        #expect(routes.map(\.path) == ["/admission", "/livez", "/readyz"])
        let paths = Routes.all(parts.service).map(\.path)
        #expect(!paths.contains("/admission"))
      }
    }

    /// An object is at most 3 MiB, and a change has two.
    @Test func largePods() async throws {
      try await withAdmission { service async throws in
        let note = String(repeating: "x", count: 3 << 20)
        let large = reviews.review(
          reviews.pod([image], labels: note), old: reviews.pod([image], labels: note),
          operation: "UPDATE")
        #expect(try await service.review(large.canonicalBytes).isAllowed)
        let larger = reviews.review(reviews.pod([image], labels: note + note + note))
        #expect(try await service.review(larger.canonicalBytes).problem(413) == "too_large")
      }
    }

    @Test func theOtherListenerDoesNotAnswerIt() async throws {
      try await withService { service async throws in
        #expect(try await service.review(reviews.created(image)).problem(404) == "not_found")
      }
    }

    @Test func itIsCounted() async throws {
      try await withAdmission { service in
        for _ in 0..<3 { _ = try await service.review(reviews.created(image)) }
        _ = try await service.review(reviews.created("nginx:1"))
        _ = try await service.review([])
        let page = service.metrics.text()
        let name = "ledger_admission_reviews_total"
        #expect(page.contains("\(name){verdict=\"allow\",mode=\"enforce\"} 3\n"))
        #expect(page.contains("\(name){verdict=\"deny\",mode=\"enforce\"} 1\n"))
        #expect(page.contains("\(name){verdict=\"invalid\",mode=\"enforce\"} 1\n"))
        #expect(page.contains("\(name){verdict=\"unavailable\",mode=\"enforce\"} 0\n"))
        #expect(page.contains("ledger_admission_review_seconds_count{mode=\"enforce\"} 5\n"))
        #expect(!page.contains("ledger_tls_certificate_expiry"))
        service.metrics.certificate(expires: noon)
        #expect(
          service.metrics.text().contains(
            "ledger_tls_certificate_expiry_timestamp_seconds 1790000000\n"))
      }
    }

    /// Many at once, with what everybody asks and what nobody asked before, are answered right.
    @Test func manyAtOnce() async throws {
      try await withAdmission { service in
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for number in 0..<60 {
            group.addTask {
              let name = number % 3 == 0 ? image : "x:\(number % 9)"
              let answer = try await service.review(reviews.created(name))
              return try answer.isAllowed == (number % 3 == 0) && answer.status == 200
            }
          }
          for try await isRight in group { #expect(isRight) }
        }
        let decisions = try await service.all(.admissionDecided)
        #expect(Set(decisions.map { $0.entry.data["subject"] }).count == 7)
        #expect(decisions.count == 7)
      }
    }

    @Test(
      arguments: [
        ("5s", 5_000), ("1m30s", 90_000), ("500ms", 500), ("1.5s", 1_500), ("2h", nil), ("", nil),
        ("5", nil), ("s", nil), ("-5s", nil), ("0s", nil), ("5sec", nil), ("1e3s", nil),
      ] as [(String, Int?)])
    func timesOfGo(_ text: String, _ milliseconds: Int?) {
      #expect(GoDuration.parse(text) == milliseconds.map { .milliseconds($0) })
    }

    @Test func withoutItsFileALedgerIsNotReady() async throws {
      try await withAdmission(isThere: { false }) { service in
        let ready = try await service.get("/readyz")
        #expect(ready.status == 503 && ready.text.contains("its file is gone"))
      }
    }
  }
}
