package import Bytes

/// Names of hosts.
package enum HostName {
  /// `mx1` is `mx1.example.net`, but `mx1.other.example` is not; without case.
  package static func same(_ a: Bytes, _ b: Bytes) -> Bool {
    if a.equalsIgnoringCase(b) { return true }
    let (short, long) = a.count < b.count ? (a, b) : (b, a)
    guard !short.isEmpty, !short.contains(0x2E), let dot = long.firstIndex(of: 0x2E) else { return false }
    return long[0..<dot].equalsIgnoringCase(short)
  }
}
