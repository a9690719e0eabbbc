import Glibc

/// The program itself, as the test build made it.
enum Executable {
  struct CannotStart: Error {
    var path: String
    var reason: String
  }

  /// It stands beside the bundle of the tests.
  static var path: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    let own = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    return own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/mailflow"
  }

  /// Starts it, silent, and gives its process id.
  static func start(_ arguments: [String]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var texts: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    defer { for text in texts { free(text) } }
    texts.append(nil)
    var process: pid_t = 0
    let status = posix_spawn(&process, path, &actions, nil, texts, environ)
    guard status == 0 else { throw CannotStart(path: path, reason: String(cString: strerror(status))) }
    return process
  }
}
