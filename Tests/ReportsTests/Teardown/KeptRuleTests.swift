import Ledger
import Testing

@Suite struct KeptRuleTests {
  @Test(
    arguments: [
      ("aws_iam_role", "ecsTaskExecutionRole", true), ("aws_iam_role", "ecs*", true),
      ("aws_*", "*Execution*", true), ("aws_iam_role", "*", true), ("*", "ecs*Role", true),
      ("aws_iam_role", "ecs", false), ("aws_iam", "ecsTaskExecutionRole", false),
      ("aws_iam_role", "*Roles", false), ("aws_iam_role", "a*b*c", false),
      ("aws_iam_role", "ecs*Task*Execution*Role*", true),
    ])
  func patternsMatch(type: String, name: String, matches: Bool) {
    let rule = KeptRule(type: type, name: name, reason: "r")
    #expect(rule.covers("aws_iam_role", ["ecsTaskExecutionRole"]) == matches)
  }
}
