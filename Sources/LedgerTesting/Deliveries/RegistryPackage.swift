import Ledger

extension Deliveries {
  /// The older twin of `package`.
  public func registryPackage(
    _ action: String = "published", _ package: Package
  ) -> WebhookDelivery {
    delivery(
      "registry_package", sender: package.author,
      ["action": .string(action), "registry_package": package.json(in: repository, action)])
  }
}
