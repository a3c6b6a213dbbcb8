import Hummingbird
import Ledger
import Webhooks

/// `POST /admission`: the webhook of a cluster's API server, which asks before a pod is let in
/// (`admission.k8s.io/v1`). Trouble of the ledger's own is an answer, never an error: what an API
/// server makes of an error, others decide.
struct AdmissionAPI: Sendable {
  /// An API server takes objects of 3 MiB; a review of a change has the old one beside the new one.
  private static let largest = 7 << 20
  /// Counted where there is no verdict: what was asked was no review.
  private static let invalid = "invalid"

  private let service: ServiceDependencies
  private let settings: AdmissionSettings
  private let desk: AdmissionDesk
  private let bodies: RequestBodies

  init(_ service: ServiceDependencies, _ settings: AdmissionSettings) {
    self.service = service
    self.settings = settings
    desk = AdmissionDesk(
      store: service.store, policies: service.policies, settings: settings,
      isDatabaseThere: service.isDatabaseThere, now: service.now)
    bodies = RequestBodies(
      BodyLimits(one: Self.largest, together: 64 << 20, deadline: settings.deadline),
      hint: "An AdmissionReview of a pod is at most 7 MiB.")
    service.metrics.expect(
      admissions: AdmissionAnswer.Verdict.allCases.map(\.rawValue) + [Self.invalid],
      mode: settings.mode.rawValue)
  }

  @Sendable func review(
    _ request: Request, _ context: LedgerRequestContext
  ) async throws -> Response {
    let start = ContinuousClock.now
    let review: AdmissionReview
    do { review = try AdmissionReview(try await bodies.read(request, context)) } catch {
      count(Self.invalid, since: start)
      throw Self.problem(error)
    }
    let answer = await answer(review, until: start + deadline(request), context)
    count(answer.verdict.rawValue, since: start)
    return .json(answer.json(uid: review.uid, settings.mode))
  }

  private func count(_ verdict: String, since start: ContinuousClock.Instant) {
    service.metrics.count(
      admission: verdict, mode: settings.mode.rawValue,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// Without an id no answer would be taken for one: these are errors, and never the server's own.
  private static func problem(_ error: any Error) -> Problem {
    switch error {
    case let error as AdmissionReviewError:
      return Problem(.badRequest, error.code, "\(error.reason).", hint: error.hint)
    case let problem as Problem where problem.status == .serviceUnavailable:
      return Problem(
        .tooManyRequests, problem.code, problem.detail, hint: problem.hint, closesConnection: true)
    case let problem as Problem: return problem
    default:
      return Problem(
        .badRequest, "body", "The body could not be read.", closesConnection: true)
    }
  }

  /// A fifth earlier than the API server gives up.
  private func deadline(_ request: Request) -> Duration {
    let asked = request.uri.queryParameters["timeout"].flatMap { GoDuration.parse(String($0)) }
    return min(settings.deadline, asked.map { $0 / 5 * 4 } ?? settings.deadline)
  }

  /// In time, or the answer that there is none.
  private func answer(
    _ review: AdmissionReview, until end: ContinuousClock.Instant, _ context: LedgerRequestContext
  ) async -> AdmissionAnswer {
    await InTime.first(before: end) {
      await outcome(review, context)
    } otherwise: { missed in
      .unavailable(missed == .late ? "it takes too long" : "it was interrupted")
    }
  }

  private func outcome(
    _ review: AdmissionReview, _ context: LedgerRequestContext
  ) async -> AdmissionAnswer {
    do {
      let answer = try await desk.answer(review)
      if answer.isNew { service.announce() }
      return answer
    } catch StoreError.busy {
      return .unavailable("too much is waiting to be written")
    } catch {
      context.logger.error("a pod cannot be judged", metadata: ["error": "\(error)"])
      return .unavailable("its store cannot be read or written")
    }
  }
}
