import Ledger

/// Reads one body by its form and collects everything that is wrong with it.
struct RecordReading {
  let context: RecordContext
  /// What was right, as the entry holds it: `null` for what was not given. A member that was wrong
  /// is absent.
  private(set) var data: [String: JSON] = [:]
  private(set) var problems: [FieldProblem] = []
  private(set) var login: String?

  init(_ form: RecordForm, _ body: [String: JSON], _ context: RecordContext) {
    self.context = context
    let wire = form.namesActor ? [Field.optional("actor_login", .name)] : []
    data = object(form.fields + wire, body, "")
    login = data.removeValue(forKey: "actor_login")?.string
    for rule in form.rules { rule(&self) }
    if login != nil, data["actor"] == JSON.null {
      report("actor", "is required with actor_login: a name alone is nobody")
    }
  }

  mutating func report(_ path: String, _ reason: String) {
    problems.append(FieldProblem(path: path, reason: reason))
  }

  mutating func set(_ name: String, _ value: JSON) { data[name] = value }

  /// Reports what is missing, unless it was given and wrong.
  mutating func require(_ name: String, _ reason: String) {
    if data[name] == JSON.null { report(name, reason) }
  }

  func instant(_ name: String) -> Instant? { Instant(json: data[name]) }

  private mutating func object(
    _ fields: [Field], _ members: [String: JSON], _ prefix: String
  ) -> [String: JSON] {
    var result: [String: JSON] = [:]
    for field in fields {
      result[field.name] = value(field, members[field.name] ?? .null, prefix + field.name)
    }
    let known = fields.map(\.name)
    for key in members.keys.filter({ !known.contains($0) }).sorted() {
      report(prefix + CleanText.excerpt(key), unknown(key, known))
    }
    return result
  }

  /// A body of unknown members alone must not cost a search for each.
  private func unknown(_ key: String, _ known: [String]) -> String {
    guard problems.count < Record.maximumProblems else { return "is unknown" }
    let meant = Closest.word(to: key, among: known).map { "; did you mean \($0)?" }
    return "is unknown" + (meant ?? "; known are: \(known.sorted().joined(separator: ", "))")
  }

  /// `nil` when it is wrong, which is reported.
  private mutating func value(_ field: Field, _ json: JSON, _ path: String) -> JSON? {
    if json == .null {
      if field.isRequired { report(path, "is required") }
      return field.isRequired ? .none : .some(field.shape.nothing)
    }
    switch field.shape {
    case .array(let shape, let limit):
      let element = Field.required("", shape)
      return list(json, 0...limit, path) { $0.value(element, $1, $2) }
    case .objects(let fields, let counts):
      return list(json, counts, path) { reading, json, path in
        guard let members = json.object else {
          reading.report(path, "must be an object")
          return .none
        }
        return .object(reading.object(fields, members, path + "."))
      }
    default: return single(field.shape, json, path)
    }
  }

  private mutating func single(_ shape: Field.Shape, _ json: JSON, _ path: String) -> JSON? {
    do { return try shape.checked(json, context) } catch {
      report(path, error.reason)
      return .none
    }
  }

  private mutating func list(
    _ json: JSON, _ counts: ClosedRange<Int>, _ path: String,
    _ element: (inout RecordReading, JSON, String) -> JSON?
  ) -> JSON? {
    guard let elements = json.array else {
      report(path, "must be a list")
      return .none
    }
    guard counts.contains(elements.count) else {
      let (few, many) = (counts.lowerBound, counts.upperBound)
      report(path, "has \(elements.count) elements; it may have \(few) to \(many)")
      return .none
    }
    let values = elements.enumerated().compactMap { position, json in
      element(&self, json, "\(path)[\(position)]")
    }
    return .array(values)
  }
}

extension Field.Shape {
  /// How an entry shows that nothing was given.
  fileprivate var nothing: JSON {
    switch self {
    case .array, .objects: .array([])
    default: .null
    }
  }
}
