import Gates
import Ledger

/// What `read` makes of a page; `nil` and errors mean that the answer is not what GitHub documents,
/// as from a proxy's error page, which a later try may not meet.
func decoded<Element>(
  _ page: Answer, as what: String, _ read: () throws(JSONError) -> [Element?]?
) throws(CodeHostError) -> [Element] {
  guard case .success(let read?) = Result(catching: read) else { throw unreadable(what) }
  let elements = read.compactMap(\.self)
  guard elements.count == read.count else { throw unreadable(what) }
  return elements
}

private func unreadable(_ what: String) -> CodeHostError {
  .unavailable(after: nil, reason: "the answer is not \(what)")
}
