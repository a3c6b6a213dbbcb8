import ArgumentParser
import Service

/// How a cluster may ask: a mode, and a listener of its own.
struct AdmissionFlags: ParsableArguments {
  @Option(
    name: .customLong("admission"),
    help: "enforce or audit: a cluster's API server may ask POST /admission, over TLS.")
  var mode: AdmissionSettings.Mode?

  @Option(
    name: .customLong("admission-cluster"),
    help: "As ledger.yaml calls that cluster, where it names several.")
  var cluster: String?

  @Option(name: .customLong("tls-listen"), help: "HOST:PORT for it. Default: 0.0.0.0:8443")
  var listen: ListenAddress?

  @Option(name: .customLong("tls-cert"), help: "Certificate chain, PEM; read again on change.")
  var certificate: String?

  @Option(name: .customLong("tls-key"), help: "Its private key, PEM.")
  var key: String?

  @Option(
    name: .customLong("tls-client-ca"),
    help: "Who asks has to show a certificate of this authority, PEM.")
  var clientCA: String?

  /// What `serve` needs for it; `nil` when no cluster may ask.
  struct Read {
    let settings: AdmissionSettings
    let address: ListenAddress
    let files: CertificateFiles
  }

  func read() throws -> Read? {
    guard let mode: AdmissionSettings.Mode = try mode ?? Configuration.parsed("LEDGER_ADMISSION")
    else {
      try refuseAlone()
      return nil
    }
    let hint = "An API server asks over TLS alone: --tls-cert FILE --tls-key FILE."
    guard let certificate = certificate ?? Configuration.text("LEDGER_TLS_CERT") else {
      throw Failure.usage("--admission needs --tls-cert (LEDGER_TLS_CERT)", hint: hint)
    }
    guard let key = key ?? Configuration.text("LEDGER_TLS_KEY") else {
      throw Failure.usage("--admission needs --tls-key (LEDGER_TLS_KEY)", hint: hint)
    }
    let cluster = cluster ?? Configuration.text("LEDGER_ADMISSION_CLUSTER")
    return Read(
      settings: AdmissionSettings(mode: mode, cluster: cluster),
      address: try listen ?? Configuration.parsed("LEDGER_TLS_LISTEN")
        ?? ListenAddress(host: "0.0.0.0", port: 8_443),
      files: CertificateFiles(
        certificate: certificate, key: key,
        clientCA: clientCA ?? Configuration.text("LEDGER_TLS_CLIENT_CA")))
  }

  /// By their names; variables may be set for all containers alike, a flag is meant.
  var given: [(String, Bool)] {
    [("--admission", mode != nil)] + others
  }

  private var others: [(String, Bool)] {
    [
      ("--admission-cluster", cluster != nil), ("--tls-listen", listen != nil),
      ("--tls-cert", certificate != nil), ("--tls-key", key != nil),
      ("--tls-client-ca", clientCA != nil),
    ]
  }

  private func refuseAlone() throws {
    guard let name = others.first(where: \.1)?.0 else { return }
    throw Failure.usage(
      "\(name) goes with --admission",
      hint: "The ledger itself speaks HTTP; put a proxy in front of it.")
  }
}

extension AdmissionSettings.Mode: ExpressibleByArgument {}
