/// The bounds of this layer.
enum Limits {
  /// Hosts of which each may be the client of another; among more, refusals and attempts are not compared.
  static let hostsCompared = 1000
  /// Clients, and relays, that are known to be hosts or not.
  static let peersOfHosts = 1 << 16
  /// Refusals of our own hosts, and attempts at them, that are compared; what is beyond counts on its own.
  static let ownRefusals = 200_000
  /// Seconds by which the lines of two hosts about one moment may differ.
  static let clockJitter: Int64 = 5
  /// Seconds from the refusal of a recipient to the line of the client that tells of it.
  static let longTransaction: Int64 = 600
}
