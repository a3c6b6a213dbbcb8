import Glibc

extension ListenAddress {
  /// Why nobody can be answered at this address, in words.
  ///
  /// - Parameters:
  ///   - code: `errno`.
  ///   - flag: what names another one.
  func refused(_ code: Int32, _ flag: String) -> Failure {
    let hint =
      switch code {
      case EADDRINUSE: "Another program uses the port: name another one with \(flag)."
      case EACCES: "Ports below 1024 are kept for those who may: name another one with \(flag)."
      default: "Is it an address of this machine?"
      }
    let reason = String(cString: strerror(code))
    return Failure("cannot listen on \(self): \(reason)", hint: hint)
  }
}
