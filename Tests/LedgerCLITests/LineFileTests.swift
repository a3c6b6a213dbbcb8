import Foundation
import Testing

@testable import LedgerCLI

@Suite struct LineFileTests {
  private func lines(of bytes: Data) throws -> [[UInt8]] {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "ledger-lines-\(UUID().uuidString)").path
    try bytes.write(to: URL(filePath: path))
    defer {
      do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }
    var lines: [[UInt8]] = []
    try LineFile(path).forEach { lines.append($0) }
    return lines
  }

  private func failure(_ read: () throws -> Void) -> Failure? {
    do { try read() } catch { return error as? Failure }
    return nil
  }

  /// Also where a break is the first byte of a chunk, or the last.
  @Test func linesAreWhatIsBetweenTheBreaks() throws {
    #expect(try lines(of: Data()) == [])
    #expect(try lines(of: Data("a\n\nbc\n".utf8)) == [Array("a".utf8), [], Array("bc".utf8)])
    for count in [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, LineFile.longest] {
      let long = [UInt8](repeating: 0x78, count: count)
      #expect(try lines(of: Data(long + [10, 0x79, 10])) == [long, [0x79]], "\(count)")
    }
  }

  @Test func aRestWithoutAnEndWasCutOff() throws {
    let found = failure { _ = try lines(of: Data("a\nb".utf8)) }
    #expect(found?.code == Exit.integrity && found?.message.contains("cut off") == true)
  }

  /// Before it is read to its end: that may be far.
  @Test(arguments: ["", "\n"])
  func aLineThatNoLedgerWritesIsRefused(_ end: String) throws {
    let long = Data(repeating: 0x78, count: LineFile.longest + 1) + Data(end.utf8)
    let found = failure { _ = try lines(of: long) }
    #expect(found?.code == Exit.integrity && found?.hint != nil)
    #expect(found?.message.contains("longer than 4 MiB") == true)
  }

  @Test func aFolderIsNoFile() throws {
    let folder = FileManager.default.temporaryDirectory.path
    let found = failure { _ = try LineFile(folder) }
    #expect(found?.message == "\(folder) is a folder" && found?.hint != nil)
    let missing = failure { _ = try LineFile(folder + "/nowhere-\(UUID().uuidString)") }
    #expect(missing?.message.hasPrefix("cannot read") == true && missing?.hint != nil)
  }
}
