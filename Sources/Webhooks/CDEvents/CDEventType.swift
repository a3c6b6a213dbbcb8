/// `dev.cdevents.SUBJECT.PREDICATE.x.y.z`, or `dev.cdeventsx.TOOL-SUBJECT.PREDICATE.x.y.z` outside
/// of the vocabulary.
struct CDEventType {
  /// `service.deployed`, `mytool-resource.created`
  let name: String
  /// `0.3.0`: of this type, not of the specification.
  let version: String
  let isCustom: Bool

  /// Whether the vocabulary has such a type is not looked at.
  init?(_ text: String) {
    if let match = text.wholeMatch(of: /dev\.cdevents\.([a-z]+\.[a-z]+)\.([0-9]+\.[0-9]+\.[0-9]+)/)
    {
      (name, version, isCustom) = (String(match.1), String(match.2), false)
    } else if let match = text.wholeMatch(
      of: /dev\.cdeventsx\.([a-zA-Z0-9]+-[a-zA-Z]+\.[a-zA-Z]+)\.([0-9]\.[0-9]\.[0-9])/)
    {
      (name, version, isCustom) = (String(match.1), String(match.2), true)
    } else {
      return nil
    }
  }
}
