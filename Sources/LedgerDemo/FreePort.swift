import Glibc

/// A port of 127.0.0.1 that nobody listens on at this moment.
enum FreePort {
  static func preferring(_ port: Int) throws -> Int {
    if let free = bind(to: UInt16(port)) { return free }
    guard let free = bind(to: 0) else { throw DemoError.failed("no port is free on 127.0.0.1") }
    return free
  }

  private static func bind(to port: UInt16) -> Int? {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var reuse: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      var size = socklen_t(bytes.count)
      guard let pointer, Glibc.bind(socket, pointer, size) == 0,
        getsockname(socket, pointer, &size) == 0
      else { return nil }
      return Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }
}
