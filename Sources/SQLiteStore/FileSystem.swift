import Glibc

/// What kind of file system a database lies on, as far as locks and shared memory go.
public enum FileSystem: Equatable, Sendable {
  case local
  /// One that other machines may see as well, or that another program answers for.
  case network(String)

  /// As proc_pid_mountinfo(5) names them. What is not in this table counts as local.
  private static let networks: Set<String> = [
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "panfs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs",
    "vmhgfs",
  ]

  /// - Parameter name: `ext4`, `nfs4`, `fuse.sshfs`
  init(named name: String) {
    let isFuse = name == "fuse" || name == "fuseblk" || name.hasPrefix("fuse.")
    self = isFuse || FileSystem.networks.contains(name) ? .network(name) : .local
  }

  /// Of a file, or of the directory in which it will be made. Where the system does not tell, it
  /// counts as local.
  static func holding(_ path: String) -> FileSystem {
    FileSystem(holding: FileLock.resolved(path), mounts: mounts())
  }

  /// To its end, in the pieces that the kernel gives: it is longer than one of them.
  static func mounts(_ path: String = "/proc/self/mountinfo") -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var (text, piece) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
    while case let count = read(file, &piece, piece.count), count > 0 {
      text.append(contentsOf: piece[..<count])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// - Parameters:
  ///   - path: absolute, without links.
  ///   - mounts: proc_pid_mountinfo(5). Of two mounts at one place the later one is seen.
  init(holding path: String, mounts: String) {
    var (best, name) = (-1, "")
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 5, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { continue }
      let point = FileSystem.unescaped(fields[4])
      guard point.count >= best, FileSystem.holds(point, path) else { continue }
      (best, name) = (point.count, String(fields[dash + 1]))
    }
    self.init(named: name)
  }

  private static func holds(_ point: String, _ path: String) -> Bool {
    point == "/" || path == point || path.hasPrefix(point + "/")
  }

  /// Space, tab, line feed and backslash stand there as three octal digits.
  private static func unescaped(_ field: Substring) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
      .reduce(String(field)) { $0.replacing($1.0, with: $1.1) }
  }
}
