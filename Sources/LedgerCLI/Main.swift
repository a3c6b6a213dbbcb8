import ArgumentParser

@main struct LedgerCommand: AsyncParsableCommand { func run() async throws { print("x") } }
