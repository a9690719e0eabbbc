/// The bounds of what is shown.
enum Limits {
  /// Hops deeper in a path than this are shown, but not indented further.
  static let shownDepth = 12
}
