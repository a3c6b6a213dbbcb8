import Ledger

extension Link {
  public var json: JSON {
    [
      "source": .string(source.text), "target": .string(target.text),
      "entry": .string(String(entry)),
    ]
  }

  public init?(json: JSON) {
    guard let source = json["source"]?.string.flatMap(Node.init(text:)),
      let target = json["target"]?.string.flatMap(Node.init(text:)),
      let entry = json["entry"]?.string.flatMap({ Int64($0) })
    else { return nil }
    self.init(source: source, target: target, entry: entry)
  }
}
