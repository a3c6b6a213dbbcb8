import Mustache
import Reports

/// A page in which every value is escaped, also in the attributes: names come from webhooks.
enum PageTemplate {
  private static let contentType = "ScalarHTML"

  /// Mustache's own escaping goes by characters, and leaves a `<` that is one with the mark beside it.
  private struct ScalarHTML: MustacheContentType {
    func escapeText(_ text: String) -> String { HTMLText.escaped(text) }
  }

  static func parsed(_ source: String) -> MustacheTemplate {
    MustacheContentTypes.register(ScalarHTML(), named: contentType)
    do { return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(contentType)}}" + source) } catch
    {
      preconditionFailure("the template does not parse: \(error)")
    }
  }
}
