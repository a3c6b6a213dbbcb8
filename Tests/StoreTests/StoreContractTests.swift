import LedgerTesting
import SQLiteStore
import Testing

@Suite struct StoreContractTests {
  @Test(arguments: StoreContract.clauses)
  func sqlite(_ clause: StoreClause) async throws {
    try await clause.check(SQLiteEngine())
  }

  @Test(arguments: StoreContract.clauses)
  func sqliteWithARollbackJournal(_ clause: StoreClause) async throws {
    var settings = SQLiteLedger.Settings()
    settings.journal = .delete
    try await clause.check(SQLiteEngine(settings: settings))
  }
}
