import Ledger
import Synchronization

/// The newest catalog that was read. Its entry alone would not do: what stood at an index in a
/// transaction that failed may be followed by something else.
final class CatalogCache: Sendable {
  private struct Known {
    let entry: Int64
    let hash: String
    let catalog: Catalog
  }

  private let known = Mutex<Known?>(nil)

  func catalog(
    of entry: Int64, hash: String, read: (Int64) throws -> Catalog
  ) rethrows -> Catalog {
    if let known = known.withLock(\.self), known.entry == entry, known.hash == hash {
      return known.catalog
    }
    let catalog = try read(entry)
    known.withLock { $0 = Known(entry: entry, hash: hash, catalog: catalog) }
    return catalog
  }
}
