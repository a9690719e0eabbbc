import Bytes

extension Postfix {
  /// The name of a queue file: short (`9C4B167ADC`, upper-case hexadecimal) or long (`4bYx2k1PvLz3w`, base 52 with a
  /// `z`).
  enum QueueID {
    /// Splits `9C4B167ADC: removed` into the id and what stands behind the colon; nil where no id comes first.
    ///
    /// A word without digits passes in upper case only, so that `warning: ` and `Requeued: ` are no ids; `NOQUEUE` is
    /// none.
    @inline(__always)
    static func split(_ text: Bytes) -> (id: Bytes, rest: Bytes)? {
      var length = 0
      var hasDigit = false
      var hasLowercase = false
      // A word at a time: which kind of character comes next in an id cannot be guessed.
      while length <= Limits.queueIDBytes.upperBound {
        let word = ByteWord(text, at: length)
        let fitting = (~(word.digits | word.letters)).first
        hasDigit = hasDigit || !word.digits.prefix(fitting).isEmpty
        hasLowercase = hasLowercase || !word.lowercaseLetters.prefix(fitting).isEmpty
        length += fitting
        if fitting < 8 { break }
      }
      guard Limits.queueIDBytes.contains(length), length + 2 <= text.count, hasDigit || !hasLowercase,
        text[length] == UInt8(ascii: ":"), text[length + 1] == UInt8(ascii: " ")
      else { return nil }
      let id = text.prefix(length)
      return id == "NOQUEUE" ? nil : (id, text.dropFirst(length + 2))
    }

    /// Whether `text` as a whole looks like a queue id of this host.
    static func isPlausible(_ text: Bytes) -> Bool {
      guard Limits.queueIDBytes.contains(text.count) else { return false }
      for i in 0..<text.count where !(text[i].isDigit || text[i].isLetter) { return false }
      return true
    }

    /// The id at the beginning of `text` that another mail system gave, up to a space or a closing sign.
    static func foreign(_ text: Bytes) -> Bytes? {
      let text = text.prefix(Limits.foreignQueueIDBytes.upperBound + 1)
      var length =
        text.firstIndex {
          ~($0.digits | $0.letters | $0.equal(to: UInt8(ascii: "-")) | $0.equal(to: UInt8(ascii: "."))
            | $0.equal(to: UInt8(ascii: "_")) | $0.equal(to: UInt8(ascii: "+")))
        } ?? text.count
      while length > 0, text[length - 1] == UInt8(ascii: ".") { length -= 1 }
      return Limits.foreignQueueIDBytes.contains(length) ? text.prefix(length) : nil
    }
  }
}
