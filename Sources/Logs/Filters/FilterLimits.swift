/// Bounds on what is kept of one line of a filter.
enum FilterLimits {
  static let symbols = 256  // rules of a spam filter beyond these are left out
  static let results = 64  // results of authentication beyond these are left out
  static let queueIDBytes = 5...32  // anything shorter or longer before a colon is not a queue id
  static let mailIDBytes = 64  // a longer token in parentheses is not a mail_id of amavis
  static let sessionBytes = 64  // a longer token is not the name of a session
}
