import Foundation
import Glibc
import Ledger
import Service

/// A file, whatever it is called.
struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let node: UInt64
}

/// What the operating system says about this process and its disk.
enum Machine {
  /// An unreadable file system counts as full and read-only.
  static func disk(_ directory: String) -> DiskState {
    var state = statvfs()
    guard statvfs(directory.isEmpty ? "." : directory, &state) == 0 else {
      return DiskState(freeBytes: 0, isReadOnly: true)
    }
    return DiskState(
      freeBytes: Int64(state.f_bavail) * Int64(state.f_frsize),
      isReadOnly: state.f_flag & UInt(ST_RDONLY) != 0)
  }

  /// What tells a file from one that took its place; `nil` when there is none.
  static func file(_ path: String) -> FileIdentity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
  }

  static func process(startedAt: Instant) -> ProcessState {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
    return ProcessState(
      residentBytes: residentPages * Int64(getpagesize()),
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), openFiles: openFiles,
      startedAt: startedAt)
  }

  /// The second number of /proc/self/statm (proc(5)); 0 where there is no such file.
  private static var residentPages: Int64 {
    guard let text = FileManager.default.contents(atPath: "/proc/self/statm"),
      let field = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first
    else { return 0 }
    return Int64(field) ?? 0
  }

  private static var openFiles: Int {
    var count = 0
    guard let directory = opendir("/proc/self/fd") else { return 0 }
    while readdir(directory) != nil { count += 1 }
    closedir(directory)
    return max(0, count - 3)
  }
}
