import Glibc

/// Ctrl-C, or the signal by which a service is stopped, for a command that ends well between two steps of its work.
enum Interruption {
  nonisolated(unsafe) private static var isRaised: sig_atomic_t = 0

  /// From now on these signals do not end the process; they come through even if whoever started it had blocked them.
  static func await() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interruption.isRaised = 1 }
      sigaddset(&signals, number)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Waits; false as soon as it is time to end.
  static func passes(seconds: Int) -> Bool {
    var rest = timespec(tv_sec: seconds, tv_nsec: 0)
    if isRaised == 0 { nanosleep(&rest, nil) }
    return isRaised == 0
  }
}
