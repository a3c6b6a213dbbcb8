/// A value of a column. Instants are integers (microseconds), hashes are hexadecimal text, flags
/// are 0 and 1.
public enum Scalar: Hashable, Sendable {
  case null
  case int(Int64)
  case text(String)

  public init(_ value: Int64?) { self = value.map(Scalar.int) ?? .null }
  public init(_ value: String?) { self = value.map(Scalar.text) ?? .null }
  public init(_ value: Instant?) { self = value.map { .int($0.microseconds) } ?? .null }
  public init(_ value: Bool) { self = .int(value ? 1 : 0) }

  public static func == (left: Scalar, right: Scalar) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.int(let one), .int(let other)): one == other
    case (.text(let one), .text(let other)): one.isExactly(other)
    default: false
    }
  }
}

/// Columns that change together: the write with the greatest `order` wins, whenever it arrives.
///
/// There is one of each. As a value each of the many changes would hold, and count, all its parts.
public final class Register: Hashable, Sendable {
  public let order: String
  public let columns: [String]

  public init(order: String, columns: [String]) {
    self.order = order
    self.columns = columns
  }

  public static func == (left: Register, right: Register) -> Bool { left === right }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A table that is folded from entries. Its SQL stands in `schema/<engine>/migrations`; a test
/// holds both together. There is one of each, as of its registers.
public final class Table: Hashable, Sendable {
  public let name: String
  public let key: [String]
  public let registers: [Register]

  public init(_ name: String, key: [String], registers: Register...) {
    self.name = name
    self.key = key
    self.registers = registers
  }

  public var columns: [String] { key + registers.flatMap { [$0.order] + $0.columns } }

  public static func == (left: Table, right: Table) -> Bool { left === right }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// One write of a projection: in the row with this key, set the register's columns if `order` is
/// greater than what stands there. A maximum is commutative, associative and idempotent, so any
/// order of entries, with any duplicates, ends in the same tables.
///
/// A reference: as a value each of the many copies would hold, and count, all its parts.
public final class Change: Sendable {
  public let table: Table
  public let key: [Scalar]
  public let register: Register
  /// Compared byte by byte.
  public let order: String
  public let values: [Scalar]

  /// - Precondition: `key` and `values` have one scalar for each of the columns.
  public init(
    _ table: Table, key: [Scalar], register: Register, order: String, values: [Scalar]
  ) {
    precondition(key.count == table.key.count && values.count == register.columns.count)
    self.table = table
    self.key = key
    self.register = register
    self.order = order
    self.values = values
  }
}
