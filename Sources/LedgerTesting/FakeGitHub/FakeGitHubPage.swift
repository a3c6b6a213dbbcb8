import Crypto
import Foundation
import Ledger

extension FakeGitHub {
  /// GitHub's paging by number.
  struct Page {
    let size: Int
    let number: Int

    init(_ query: [String: String]) {
      size = min(max(query["per_page"].flatMap { Int($0) } ?? 30, 1), 100)
      number = max(query["page"].flatMap { Int($0) } ?? 1, 1)
    }

    var offset: Int { (number - 1) * size }

    /// The `Link` field: `prev`, `next`, `last` and `first`, each where it makes sense; `nil` when
    /// everything is on one page.
    func link(of total: Int, at url: String, _ query: [String: String]) -> String? {
      let last = max((total + size - 1) / size, 1)
      var links: [String] = []
      func add(_ relation: String, _ page: Int, if isThere: Bool) {
        guard isThere else { return }
        var query = query
        query["page"] = String(page)
        let text = query.sorted { $0.key < $1.key }.map { "\($0.key)=\(encoded($0.value))" }
        links.append("<\(url)?\(text.joined(separator: "&"))>; rel=\"\(relation)\"")
      }
      add("prev", number - 1, if: number > 1)
      add("next", number + 1, if: number < last)
      add("last", last, if: number < last)
      add("first", 1, if: number > 1)
      return links.isEmpty ? nil : links.joined(separator: ", ")
    }

    private func encoded(_ value: String) -> String {
      value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? value
    }
  }

  func hexDigest(of text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = SHA256.hash(data: Array(text.utf8)).flatMap {
      [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
