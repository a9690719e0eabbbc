import ArgumentParser

/// The command line.
@main
struct Mailflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mailflow", abstract: "Trace mail over every host, and report how it flowed.")
}
