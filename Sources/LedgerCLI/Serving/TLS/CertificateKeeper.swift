import Ledger
import NIOSSL
import Synchronization

/// The certificate that is shown from now on. Connections that are open keep the one that they were
/// opened with.
final class CertificateKeeper: Sendable {
  /// What became of a look at the files.
  enum Look: Equatable {
    case same
    case replaced
    /// What stands there cannot be used; what was there before stays.
    case refused(String)
  }

  private struct State {
    var content: CertificateFiles.Content
    var loaded: CertificateFiles.Loaded
    /// Said once, not with each look.
    var refusal: String?
  }

  private let files: CertificateFiles
  private let state: Mutex<State>

  /// - Throws: `Failure` when there is nothing to begin with.
  init(_ files: CertificateFiles) throws {
    self.files = files
    let content = try files.content()
    state = Mutex(State(content: content, loaded: try files.load(content)))
  }

  var context: NIOSSLContext { state.withLock { $0.loaded.context } }
  var expires: Instant { state.withLock { $0.loaded.expires } }

  /// Reads the files again. Certificate and key may be written one after the other: between the two
  /// they do not belong together, and the next look finds that they do.
  func look() -> Look {
    do {
      let content = try files.content()
      if state.withLock({ $0.content == content }) {
        state.withLock { $0.refusal = nil }
        return .same
      }
      let loaded = try files.load(content)
      state.withLock { $0 = State(content: content, loaded: loaded) }
      return .replaced
    } catch {
      let reason = "\(error)"
      return state.withLock { state in
        defer { state.refusal = reason }
        return state.refusal == reason ? .same : .refused(reason)
      }
    }
  }
}
