extension StringProtocol {
  /// Without the characters at both ends for which `isCut` holds.
  func trimming(_ isCut: (Character) -> Bool) -> SubSequence {
    let start = drop(while: isCut)
    guard let last = start.lastIndex(where: { !isCut($0) }) else { return start }
    return start[...last]
  }
}
