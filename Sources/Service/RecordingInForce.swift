import Gates
import Synchronization

/// Which jobs may record, and who believes their tokens. It may be replaced while requests run.
public final class RecordingInForce: Sendable {
  struct Terms: Sendable {
    var tokens: (any WorkflowTokens)?
    var policy: RecordingPolicy?
  }

  private let terms: Mutex<Terms>

  public init(tokens: (any WorkflowTokens)? = nil, policy: RecordingPolicy? = nil) {
    terms = Mutex(Terms(tokens: tokens, policy: policy))
  }

  var current: Terms { terms.withLock { $0 } }

  public func replace(tokens: (any WorkflowTokens)?, policy: RecordingPolicy?) {
    terms.withLock { $0 = Terms(tokens: tokens, policy: policy) }
  }
}
