import Ledger

/// Something that a tool says it holds. Nothing else of it is kept.
public struct ListedResource: Hashable, Sendable {
  /// What names it within its list: `module.network.aws_subnet.public[0]`, `prod/Deployment/api`.
  public var address: String
  /// `aws_subnet`, `kubernetes_deployment`.
  public var type: String
  public var name: String?
  public var id: String?
  public var arn: String?
  /// `Key=value`, in order.
  public var tags: [String] = []
  /// What a plan wants to do with it: `delete`, `update`, `replace`, `no-op`.
  public var action: String?

  public init(address: String, type: String) { (self.address, self.type) = (address, type) }

  public var json: JSON {
    var members: [String: JSON] = ["address": .string(address), "type": .string(type)]
    for (key, value) in [("name", name), ("id", id), ("arn", arn), ("action", action)] {
      members[key] = value.map(JSON.string)
    }
    if !tags.isEmpty { members["tags"] = .array(tags.map(JSON.string)) }
    return .object(members)
  }
}

/// All that a tool says it holds, without secrets.
public struct ResourceList: Hashable, Sendable {
  public enum Form: String, Sendable, CaseIterable {
    /// Everything that a state of Terraform holds: what is not in it, it does not hold.
    case state
    case plan
    case destroyPlan = "destroy-plan"
    /// What `kubectl get` was asked for: it says nothing about the rest.
    case listing
  }

  public var form: Form
  /// Such as `terraform 1.11.4`.
  public var tool: String?
  /// When it was made, where it says so: a state does not.
  public var takenAt: Instant?
  public var resources: [ListedResource]
  /// How many values were left out because they are, or may be, secret.
  public var removed = 0

  /// Reads what `terraform show -json` or `kubectl get -o json` printed.
  ///
  /// - Throws: why it cannot be read, and what to give instead.
  public init(_ bytes: [UInt8]) throws(ResourceListError) {
    let json: JSON
    do { json = try JSON.parse(bytes) } catch {
      throw ResourceListError(
        "is not JSON: \(error)", hint: "Was it cut off? \(ResourceListError.commands)")
    }
    guard json.object != nil else {
      throw ResourceListError("is no object", hint: ResourceListError.commands)
    }
    if json["kind"]?.string != nil || json["apiVersion"] != nil {
      self = try KubernetesInventory.list(json)
    } else {
      self = try TerraformShow.list(json)
    }
  }

  init(form: Form, tool: String?, takenAt: Instant?, resources: [ListedResource], removed: Int) {
    self.form = form
    self.tool = tool
    self.takenAt = takenAt
    self.resources = resources
    self.removed = removed
  }
}

/// Why a list of resources cannot be read.
public struct ResourceListError: Error, Hashable, Sendable {
  static let commands =
    "Give the output of terraform show -json, of a state or of a plan, or of kubectl get -o json."

  public let reason: String
  public let hint: String?

  init(_ reason: String, hint: String? = nil) { (self.reason, self.hint) = (reason, hint) }
}
