import Bytes
import Facts

/// What Perl's Net::Server says about a daemon that is built on it: spampd, postgrey.
enum NetServer {
  /// `2026/10/23-17:10:20 SpamPD (type Net::Server::PreForkSimple) starting! pid(124)`
  static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
    if text.contains("(type Net::Server") || text.hasSuffix("Server closing!") || text.hasPrefix("Exiting!")
      || text.hasPrefix("HUP received: ")
    {
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }
    for words in [
      "Process Backgrounded", "Binding to ", "Setting gid to ", "Setting uid to ", "Group Not Defined",
      "User Not Defined", "Beginning prefork", "Starting \"", "Resolved [", "Using default listen value",
    ] as [StaticString]
    where text.hasPrefix(words) {
      return .ignored
    }
    return .unrecognized
  }
}
