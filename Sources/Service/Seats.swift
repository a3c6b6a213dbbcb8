import Synchronization

/// How many may look on at once.
final class Seats: Sendable {
  private let free: Mutex<Int>

  init(count: Int) { free = Mutex(count) }

  func take() -> Seat? {
    let isTaken = free.withLock { free in
      guard free > 0 else { return false }
      free -= 1
      return true
    }
    return isTaken ? Seat(self) : nil
  }

  /// Given back at the latest when an answer is dropped before it was begun.
  final class Seat: Sendable {
    private let seats: Mutex<Seats?>

    init(_ seats: Seats) { self.seats = Mutex(seats) }

    func leave() {
      seats.withLock { $0.take() }?.free.withLock { $0 += 1 }
    }

    deinit { leave() }
  }
}
