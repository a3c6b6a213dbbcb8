import Foundation
import Testing

@testable import LedgerCLI

@Suite(.serialized) struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM]) func aSignalIsAnErrorWhileItIsWatched(_ number: Int32) throws
  {
    Interruption.watch()
    try Interruption.check()
    try InterruptionTests.deliver(number)
    let stopped = #expect(throws: Interruption.Stopped.self) { try Interruption.check() }
    #expect(stopped?.signal == number)
    // What was caught before is not what is watched for now.
    Interruption.watch()
    try Interruption.check()
    Interruption.end()
  }

  /// To this very thread, on which the signal may be blocked.
  private static func deliver(_ number: Int32) throws {
    var (set, before) = (sigset_t(), sigset_t())
    sigemptyset(&set)
    sigaddset(&set, number)
    try #require(pthread_sigmask(SIG_UNBLOCK, &set, &before) == 0)
    raise(number)
    try #require(pthread_sigmask(SIG_SETMASK, &before, nil) == 0)
  }
}
