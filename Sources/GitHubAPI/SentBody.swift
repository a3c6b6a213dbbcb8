import Synchronization

/// The body of a request that knows whether it was sent. The HTTP client builds its buffer only when
/// a connection takes the request ("delayed until it's needed"), so as long as nobody has read these
/// bytes GitHub cannot have carried the request out, whatever the error says. Were the buffer built
/// earlier, failures would become `ambiguous`, which is the safe side.
struct SentBody: RandomAccessCollection, Sendable {
  private final class Mark: Sendable { let isSet = Atomic(false) }

  private let bytes: [UInt8]
  private let mark = Mark()

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var wasSent: Bool { mark.isSet.load(ordering: .acquiring) }

  var startIndex: Int { 0 }
  var endIndex: Int { bytes.count }

  subscript(position: Int) -> UInt8 {
    mark.isSet.store(true, ordering: .releasing)
    return bytes[position]
  }

  func withContiguousStorageIfAvailable<R>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> R
  ) rethrows -> R? {
    mark.isSet.store(true, ordering: .releasing)
    return try bytes.withContiguousStorageIfAvailable(body)
  }
}
