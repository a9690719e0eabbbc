import Glibc

/// Where text is shown: how wide, and whether in colour.
package struct Terminal {
  /// Columns, 60 to 120.
  package var width: Int
  package var color: Bool

  package init(width: Int, color: Bool) {
    self.width = min(120, max(60, width))
    self.color = color
  }

  /// Standard output: colours on a terminal only, unless `NO_COLOR` is set (no-color.org) or they are not wanted.
  package static func standardOutput(noColor: Bool) -> Terminal {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var size = winsize()
    var width = 100
    if isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 { width = Int(size.ws_col) }
    let forbidden = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    return Terminal(width: width, color: isTerminal && !noColor && !forbidden)
  }

  /// A way to set off text (ECMA-48 §8.3.117).
  package enum Style: String {
    case bold = "\u{1B}[1m"
    case dim = "\u{1B}[2m"
    case red = "\u{1B}[31m"
    case green = "\u{1B}[32m"
    case yellow = "\u{1B}[33m"
  }

  /// The text in a style, plain where there is no colour.
  package func styled(_ text: String, _ style: Style) -> String {
    color ? "\(style.rawValue)\(text)\u{1B}[0m" : text
  }
}
