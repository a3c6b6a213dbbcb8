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

/// The same for an answer that is one thing.
func decoded<Value>(
  _ answer: Answer, as what: String, keeping members: String..., read: (JSON) -> Value?
) throws(CodeHostError) -> Value {
  let selection = members.reduce(Selection()) { $0.union(Selection($1)) }
  guard case .success(let json) = Result(catching: { try answer.json(selection) }),
    let value = read(json)
  else { throw unreadable(what) }
  return value
}

private func unreadable(_ what: String) -> CodeHostError {
  .unavailable(after: nil, reason: "the answer is not \(what)")
}
