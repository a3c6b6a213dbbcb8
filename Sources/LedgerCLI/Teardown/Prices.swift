import Foundation
import Ledger

/// What computing costs.
struct Prices {
  let currency: String
  let vcpuHour, gigabyteHour: Decimal

  static func read(_ path: String?) throws -> Prices? {
    guard let path else { return nil }
    guard case .map(let pairs) = try PolicyFile(path: path).root().content else {
      throw wrong(path)
    }
    let values = Dictionary(pairs.map { ($0.0, $0.1) }) { first, _ in first }
    func text(_ name: String) -> String? {
      guard case .scalar(let scalar)? = values[name]?.content else { return nil }
      switch scalar {
      case .string(let text), .number(let text): return text
      case .int(let number): return String(number)
      default: return nil
      }
    }
    guard let currency = text("currency"),
      let cpu = text("vcpu_hour").flatMap({ Decimal(string: $0) }), cpu >= 0,
      let memory = text("gb_hour").flatMap({ Decimal(string: $0) }), memory >= 0
    else { throw wrong(path) }
    return Prices(currency: currency, vcpuHour: cpu, gigabyteHour: memory)
  }

  private static func wrong(_ path: String) -> Failure {
    Failure(
      "\(Text.safe(path)) is no price file",
      hint: "It has to say currency, vcpu_hour and gb_hour, such as USD, 0.04048 and 0.004445.")
  }

  func applied(to answer: JSON) -> JSON {
    func hours(_ name: String) -> Decimal {
      Decimal(answer.number("summary.\(name)") ?? 0) / 3_600
    }
    var cost = hours("vcpu_seconds") * vcpuHour + hours("gb_seconds") * gigabyteHour
    var rounded = Decimal()
    NSDecimalRound(&rounded, &cost, 2, .plain)
    let summary = (answer["summary"] ?? [:]).with([
      "cost": .string("\(currency) \(rounded)")
    ])
    return answer.with(["summary": summary])
  }
}
