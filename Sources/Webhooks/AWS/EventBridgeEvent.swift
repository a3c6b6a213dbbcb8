import Ledger

/// How one event of EventBridge becomes an entry. One file for each; `EventBridge.all` names them
/// all.
///
/// AWS sends events more than once, in any order, and some of them at best effort: nothing is ever
/// inferred from one that is missing.
protocol EventBridgeEvent: SendableMetatype {
  /// `source` of the envelope. Only AWS itself can send one that begins with `aws.`: the same
  /// `detail-type` from elsewhere is a stranger's word.
  static var source: String { get }
  /// `detail-type` of the envelope.
  static var detailType: String { get }
  static var kind: Kind { get }
  /// `nil` when a field is missing without which the entry would say nothing.
  ///
  /// - Parameter event: the whole envelope.
  static func facts(of event: JSON) -> Facts?
}
