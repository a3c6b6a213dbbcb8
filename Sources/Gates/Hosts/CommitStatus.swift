import Ledger

/// A status as it is posted.
public struct CommitStatus: Hashable, Sendable {
  public var context: String
  public var text: StatusText
  public var targetURL: String?
  /// What a check run has room for; a commit status shows nothing of it.
  public var details: CheckOutput?

  public init(context: String, text: StatusText, targetURL: String?, details: CheckOutput? = nil) {
    self.context = context
    self.text = text
    self.targetURL = targetURL
    self.details = details
  }
}

/// What a check run says below its one-line description, which is GitHub's title of it.
public struct CheckOutput: Hashable, Sendable {
  /// Unicode scalars.
  public static let maximumTitle = 255
  /// Bytes.
  public static let maximumSummary = 65_535

  /// Heads the summary.
  public let title: String
  /// Markdown.
  public let summary: String

  /// What is longer than GitHub takes is cut between two characters; a cut summary says so.
  public init(title: String, summary: String) {
    self.title = title.cut(to: CheckOutput.maximumTitle, note: "…") { $0.unicodeScalars.count }
    self.summary = summary.cut(to: CheckOutput.maximumSummary, note: CheckOutput.note) {
      $0.utf8.count
    }
  }

  private static let note = "\n\n*(cut here: GitHub takes no more)*"
}

/// What GitHub made of a post.
public struct Posted: Hashable, Sendable {
  public enum Form: String, Sendable {
    case status
    case checkRun = "check_run"
  }

  /// GitHub's id of the status, or of the check run.
  public let id: Int64
  public let form: Form
  /// Who GitHub says posted it: the creator of a status, the App of a check run.
  public let reporter: Int64?

  public init(id: Int64, form: Form, reporter: Int64?) {
    self.id = id
    self.form = form
    self.reporter = reporter
  }
}

/// What GitHub shows under our context.
public struct Shown: Hashable, Sendable {
  /// Of a check run the description is its output's title, and the state is its conclusion, or
  /// `pending` as long as it is not completed.
  public let text: StatusText
  public let id: Int64
  /// The creator of a status, the App of a check run.
  public let reporter: Int64?

  public init(text: StatusText, id: Int64, reporter: Int64?) {
    self.text = text
    self.id = id
    self.reporter = reporter
  }
}
