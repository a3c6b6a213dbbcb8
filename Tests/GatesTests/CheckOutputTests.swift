import Gates
import Testing

struct CheckOutputTests {
  @Test func whatFitsIsKept() {
    let title = String(repeating: "ä", count: 255)
    let summary = String(repeating: "x", count: 65_535)
    let output = CheckOutput(title: title, summary: summary)
    #expect(output.title == title)
    #expect(output.summary == summary)
  }

  /// 2, 3, 4 and many bytes for a character: whatever it is, it stays whole.
  @Test(arguments: ["x", "ü", "€", "😀", "👩‍👩‍👧", "e\u{301}"])
  func whatIsTooLongEndsInANote(character: String) {
    let long = String(repeating: character, count: 65_536)
    let summary = CheckOutput(title: "", summary: long).summary
    #expect(summary.utf8.count <= 65_535)
    #expect(summary.utf8.count > 65_535 - character.utf8.count)
    let note = "\n\n*(cut here: GitHub takes no more)*"
    #expect(summary.hasSuffix(note))
    #expect(summary.dropLast(note.count).allSatisfy { String($0) == character })
  }

  @Test func aTitleIsCutAtScalars() {
    let title = CheckOutput(title: String(repeating: "😀", count: 256), summary: "").title
    #expect(title.unicodeScalars.count == 255)
    #expect(title.hasSuffix("😀…"))
  }

  @Test func aNoteOfADeploymentIsCut() {
    let text = String(repeating: "x", count: 1_025)
    let answer = DeploymentAnswer(run: 1, environment: "e", state: nil, comment: text)
    #expect(answer.comment == String(repeating: "x", count: 1_023) + "…")
  }
}
