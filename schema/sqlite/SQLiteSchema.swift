public enum SQLiteSchema { public static let x = PackageResources._001_entries_sql }
