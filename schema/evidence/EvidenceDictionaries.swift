/// Dictionaries for the compression of raw bodies, embedded in the binary. One that was released is
/// never replaced: bodies are kept that only it can read. Add the next one; `make dictionary`
/// makes it.
public enum EvidenceDictionaries {
  public struct Dictionary: Sendable {
    /// From 1; the newest one compresses.
    public let number: Int
    /// In the form of zstd.
    public let bytes: [UInt8]
  }

  // The build names a resource by its file, with a leading digit turned into an underscore.
  public static let all = [Dictionary(number: 1, bytes: PackageResources._001_zdict)]
}
