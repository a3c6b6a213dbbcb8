import Foundation
import GRDB
import Ledger
import Merkle

/// Names are in no entry, so that they can be erased: what finds a damaged one is a sum beside it.
enum NameCheck {
  static func sum(_ person: Person) -> Hash { .sha256("\(person.id) \(person.login)".utf8) }

  static func problems(_ db: Database) throws -> [VerifyReport.Problem] {
    let rows = try GRDB.Row.fetchCursor(
      db, sql: "SELECT id, login, sum FROM people WHERE sum IS NOT NULL ORDER BY id")
    var problems: [VerifyReport.Problem] = []
    while let row = try rows.next(), problems.count < VerifyReport.maximumProblems {
      let person = Person(id: row.number(at: 0), login: row.text(at: 1))
      if row.bytes(at: 2) != Data(self.sum(person).bytes) {
        problems.append(
          .init("the name is not the one that was kept", table: "people", row: "\(person.id)"))
      }
    }
    return problems
  }
}
