import Ledger
import Testing

@testable import Reports

@Suite struct TaskUseTests {
  private static func task(_ key: String, _ start: Int64, _ end: Int64) -> TaskUse.Span {
    TaskUse.Span(
      key: key, start: Instant(seconds: start), end: Instant(seconds: end), cpu: 512,
      memory: 2_048)
  }

  @Test func hoursAreSummed() {
    let use = TaskUse([Self.task("a", 0, 3_600), Self.task("a", 0, 3_600)])
    #expect(use.vcpuSeconds == 3_600)
    #expect(use.gigabyteSeconds == 14_400)
  }

  /// While one revision replaces another, four run, and no more than two of each.
  @Test func aRollingDeploymentIsNoMoreThanAllowed() {
    let tasks = [("a", 0, 100), ("a", 0, 110), ("b", 90, 300), ("b", 95, 300)]
      .map { Self.task($0.0, $0.1, $0.2) }
    #expect(TaskUse(tasks).replicas["most"] == 2)
  }

  @Test func threeAtOnceAreSeenWithTheirTime() {
    let tasks = [(0, 100), (0, 110), (50, 60)].map { Self.task("a", $0.0, $0.1) }
    let replicas = TaskUse(tasks).replicas
    #expect(replicas["most"] == 3)
    #expect(replicas["at"]?.string == Instant(seconds: 50).description)
    #expect(replicas["of"] == "a")
  }

  /// One that ends when another starts is gone by then.
  @Test func oneAfterTheOtherAreNotTwo() {
    let tasks = [(0, 50), (50, 60)].map { Self.task("a", $0.0, $0.1) }
    #expect(TaskUse(tasks).replicas["most"] == 1)
  }
}
