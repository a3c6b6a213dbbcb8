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

  /// One event must not take every later answer away.
  @Test(
    arguments: [
      ("512", 512), (256, 256), ("0", 0), ("4294967296", 1 << 32), ("4294967297", 0),
      ("9223372036854775807", 0), ("-1", 0), ("half", 0), (nil, 0),
    ] as [(JSON, Int64)])
  func sizesArePlausibleOrNone(told: JSON, size: Int64) throws {
    let data: JSON = ["started_at": "2026-11-17T08:00:00Z", "cpu": told, "memory": told]
    let task = try #require(TaskUse.Span(data, now: torn))
    #expect(task.cpu == size)
    #expect(task.memory == size)
  }

  @Test func tooMuchIsTheMostThereIs() {
    let task = TaskUse.Span(
      key: "a", start: Instant(seconds: -62_000_000_000), end: Instant(seconds: 253_000_000_000),
      cpu: 1 << 24, memory: .max)
    let use = TaskUse([task, task, Self.task("a", 0, 3_600)])
    #expect(use.vcpuSeconds == Int64.max / 1_024)
    #expect(use.gigabyteSeconds == Int64.max / 1_024)
    #expect(TaskUse([task]).vcpuSeconds == 315_000_000_000 << 14)
  }

  /// One that ends when another starts is gone by then.
  @Test func oneAfterTheOtherAreNotTwo() {
    let tasks = [(0, 50), (50, 60)].map { Self.task("a", $0.0, $0.1) }
    #expect(TaskUse(tasks).replicas["most"] == 1)
  }
}
