import Bytes
import Facts

extension Postfix {
  /// Lines of `master(8)`, of the commands such as postfix(1) and postqueue(1), and of the scripts behind them.
  enum Command {
    static func read(_ text: Bytes, _ fact: Fact) -> Recognition {
      guard beginnings.contains(where: { text.hasPrefix($0) }) || text.contains(oldSetting) else {
        return Daemon.read(text, fact)
      }
      fact.event = .lifecycle
      fact[.reason] = text
      return .recognized
    }

    /// `/etc/postfix/master.cf: line 12: using backwards-compatible default setting chroot=y`
    private static let oldSetting: StaticString = ": using backwards-compatible default setting "

    private static let beginnings: [StaticString] = [
      "daemon started", "reload -- version ", "reload configuration ", "terminating on signal ",
      "starting the Postfix mail system",
      "stopping the Postfix mail system", "refreshing the Postfix mail system", "aborting the Postfix mail system",
      "attempting to start the Postfix mail system", "the Postfix mail system is ",
      "waiting for the Postfix mail system to ", "stopping Postfix", "the Postfix service ", "Postfix is ",
      "Postfix mail system is ", "Postfix is using ", "See http", "To disable ", "Please see http",
      "Postfix is running with ", "flushing queued mail", "re-reading ", "rotating logfile", "starting the ",
      "stopping the ", "master exit time has ", "master_exit", "ignoring status update from child ",
    ]
  }
}
