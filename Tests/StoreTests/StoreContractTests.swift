import LedgerTesting
import Testing

@Suite struct StoreContractTests {
  @Test(arguments: StoreContract.clauses)
  func sqlite(_ clause: StoreClause) async throws {
    try await clause.check(SQLiteEngine())
  }
}
