/// The migrations of the SQLite engine, embedded in the binary. Their numbers and meaning are those
/// of every other engine. A migration that was released is never edited: add the next one.
public enum SQLiteSchema {
  public struct Migration: Sendable {
    public let number: Int
    public let name: String
    /// UTF-8, several statements.
    public let sql: [UInt8]
  }

  // The build names a resource by its file, with a leading digit turned into an underscore.
  public static let migrations = [
    Migration(number: 1, name: "log", sql: PackageResources._001_log_sql),
    Migration(number: 2, name: "projections", sql: PackageResources._002_projections_sql),
    Migration(number: 3, name: "chain", sql: PackageResources._003_chain_sql),
    Migration(number: 4, name: "merge", sql: PackageResources._004_merge_sql),
    Migration(number: 5, name: "landings", sql: PackageResources._005_landings_sql),
    Migration(number: 6, name: "deploys", sql: PackageResources._006_deploys_sql),
    Migration(number: 7, name: "coverage", sql: PackageResources._007_coverage_sql),
    Migration(number: 8, name: "overrides", sql: PackageResources._008_overrides_sql),
    Migration(number: 9, name: "checkpoints", sql: PackageResources._009_checkpoints_sql),
    Migration(number: 10, name: "streams", sql: PackageResources._010_streams_sql),
    Migration(number: 11, name: "evidence", sql: PackageResources._011_evidence_sql),
    Migration(number: 12, name: "attestations", sql: PackageResources._012_attestations_sql),
    Migration(number: 13, name: "witnesses", sql: PackageResources._013_witnesses_sql),
    Migration(number: 14, name: "people", sql: PackageResources._014_people_sql),
    Migration(number: 15, name: "resources", sql: PackageResources._015_resources_sql),
    Migration(number: 16, name: "admission", sql: PackageResources._016_admission_sql),
    Migration(number: 17, name: "reviewers", sql: PackageResources._017_reviewers_sql),
  ]
}
