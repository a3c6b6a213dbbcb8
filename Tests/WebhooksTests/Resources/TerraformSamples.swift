import Ledger

/// Output of `terraform show -json`, as short as it can be.
enum TerraformSamples {
  static let canary = "planted-CANARY-value"

  static func vpc(_ id: String = "vpc-1") -> JSON {
    [
      "address": "module.network.aws_vpc.this", "mode": "managed", "type": "aws_vpc",
      "values": [
        "id": .string(id), "arn": .string("arn:aws:ec2:eu-west-1:123456789012:vpc/\(id)"),
        "cidr_block": "10.0.0.0/16", "tags_all": ["Environment": "dev", "Name": "ledger-dev"],
      ],
      "sensitive_values": ["tags_all": [:]],
    ]
  }

  /// Its key is marked, and is a member that is called so.
  static func connection(_ secret: String = canary) -> JSON {
    [
      "address": "module.events.module.deep.aws_cloudwatch_event_connection.ledger",
      "mode": "managed", "type": "aws_cloudwatch_event_connection",
      "values": [
        "id": "ledger-dev", "arn": "arn:aws:events:eu-west-1:123456789012:connection/ledger-dev",
        "name": "ledger-dev",
        "auth_parameters": [["api_key": [["key": "X-API-Key", "value": .string(secret)]]]],
      ],
      "sensitive_values": ["auth_parameters": [["api_key": [["value": true]]]]],
    ]
  }

  static let role: JSON = [
    "address": "data.aws_iam_role.execution", "mode": "data", "type": "aws_iam_role",
    "values": ["id": "ecsTaskExecutionRole"], "sensitive_values": [:],
  ]

  /// Resources at three levels.
  static func state(_ more: [JSON] = []) -> JSON {
    [
      "format_version": "1.0", "terraform_version": "1.11.4",
      "values": [
        "outputs": ["admin": ["sensitive": true, "value": "out-of-the-blue"]],
        "root_module": [
          "resources": .array([role] + more),
          "child_modules": [
            ["address": "module.network", "resources": [vpc()]],
            [
              "address": "module.events",
              "child_modules": [
                ["address": "module.events.module.deep", "resources": [connection()]]
              ],
            ],
          ],
        ],
      ],
    ]
  }

  static func change(_ resource: JSON, _ actions: [JSON], before: JSON? = nil) -> JSON {
    [
      "address": resource["address"] ?? nil, "mode": resource["mode"] ?? nil,
      "type": resource["type"] ?? nil,
      "change": [
        "actions": .array(actions), "before": before ?? resource["values"] ?? nil, "after": nil,
        "before_sensitive": resource["sensitive_values"] ?? nil,
      ],
    ]
  }

  static func plan(_ changes: [JSON]) -> JSON {
    [
      "format_version": "1.2", "terraform_version": "1.11.4", "timestamp": "2026-11-18T08:00:00Z",
      "variables": ["ledger_token": ["value": .string(canary)], "region": ["value": "eu-west-1"]],
      "resource_changes": .array(changes),
      "configuration": ["root_module": ["variables": ["ledger_token": ["sensitive": true]]]],
      "applyable": true, "complete": true, "errored": false,
    ]
  }
}
